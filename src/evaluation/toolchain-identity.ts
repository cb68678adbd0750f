import { realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { childEnvironment } from '../sandbox/child-environment.ts'

/** Programs that a build calls without naming them in its command: what `make` or a script of its own starts. */
const TOOLS = [
  ...['cc', 'gcc', 'g++', 'c++', 'clang', 'clang++', 'as', 'ld', 'make', 'cmake', 'ninja'],
  ...['nvcc', 'hipcc', 'rustc', 'cargo', 'go', 'zig', 'gfortran', 'javac', 'ghc', 'python3', 'node'],
  ...['yosys', 'iverilog', 'verilator'],
]

/**
 * By what a build's tools are known: where each leads, its size and the time of its last change, and the variables that
 * reach a build. A compiler that is upgraded during a run makes other programs of the same tree. In a container the
 * tools are the image's, which is the same as long as the sandbox is.
 */
export function identifyToolchain(program: string): string {
  const environment = childEnvironment()
  const directories = (environment['PATH'] ?? '').split(delimiter)
  const tools = [program, ...TOOLS].map((tool) => [tool, identify(tool, directories)])
  return JSON.stringify([process.platform, process.arch, environment, tools])
}

function identify(tool: string, directories: readonly string[]): string | null {
  if (tool.includes('/')) return null
  for (const directory of directories) {
    try {
      const path = realpathSync(join(directory, tool))
      const { size, mtimeMs } = statSync(path)
      return `${path}:${size}:${mtimeMs}`
    } catch {
      // It is not in this one.
    }
  }
  return null
}
