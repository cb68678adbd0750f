import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isProfiling } from '../../src/agent/profilers.ts'
import { createRunShell } from '../../src/agent/tools/run-shell.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { memoryJournal } from '../memory-journal.ts'

test.each([
  'perf stat -e cycles ./a.out',
  'cd build && /usr/bin/perf report --stdio | head -50',
  'python3 -m cProfile -s tottime bench.py',
  'node --cpu-prof main.js; node read.js',
  'valgrind --tool=callgrind ./a.out',
  'OMP_NUM_THREADS=4 hyperfine ./a ./b',
  'timeout 60 ncu --set full ./kernel',
  'strace -fc ./a.out',
  'python -m timeit -s "import sort" "sort.run()"',
])('%s runs a profiler', (command) => {
  expect(isProfiling(command)).toBe(true)
})

test.each([
  'pip install py-spy',
  'which hyperfine',
  'cat perf.md',
  'ls my-valgrind-notes',
  'node --profile-me main.js',
  'strace -f ./a.out',
  'perf --version',
  `echo ${'('.repeat(1_000_000)}`,
])('%.40s runs none', (command) => {
  expect(isProfiling(command)).toBe(false)
})

test('what a profiler says is kept with the call, cut; what was not found has said nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'avo-profilers-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const shell = createRunShell(directory, directory, createProcessSandbox())
  const run = (command: string) => shell.prepare({ command }).run(new AbortController().signal)
  const { profile } = await run('valgrind() { seq 1 3000; }; valgrind ./a.out')
  expect(profile?.command).toContain('valgrind')
  expect(profile?.output).toMatch(/^1\n2\n.*characters left out.*\n3000$/s)
  expect(profile?.output.length).toBeLessThan(3_100)
  expect((await run('nsys-of-nobody profile; nsys 2>/dev/null || exit 127')).profile).toBeUndefined()
  expect((await run('echo fast')).profile).toBeUndefined()
})

test('a run remembers the last three', () => {
  const { state, record } = memoryJournal()
  for (const attempt of [1, 2, 3, 4, 5]) {
    const profile = { command: `perf stat ./${attempt}`, output: 'all in main' }
    const call = { attempt, turn: 1, tool: 'run_shell', failed: false, durationMs: 1 }
    record({ type: 'tool.returned', ...call, ...(attempt !== 4 && { profile }) })
  }
  expect(state.profiles.map(({ attempt }) => attempt)).toEqual([2, 3, 5])
})
