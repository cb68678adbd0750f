/** Runs a scorer that is a JavaScript or TypeScript module, in a process of its own: `node node-scorer-runner.ts MODULE EXPORT`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { argv, env, exit } from 'node:process'
import { pathToFileURL } from 'node:url'

type Evaluate = (candidateDirectory: string) => unknown

const { AVO_CANDIDATE: candidate = '', AVO_RESULT: result = '' } = env
// What the scorer starts has no business with the result.
delete env['AVO_RESULT']

const [modulePath = '', exportName = ''] = argv.slice(2)
const exported: Record<string, unknown> = await import(pathToFileURL(resolve(modulePath)).href)
const { [exportName]: named, default: unnamed, evaluate: plain } = exported
const evaluate = findEvaluate(named ?? unnamed ?? plain)
if (evaluate === null)
  throw new Error(
    `${modulePath} exports neither a class ${exportName} with a method evaluate nor a function evaluate`,
  )

const document = JSON.stringify(await evaluate(candidate), (_key, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
)
writeFileSync(result, document ?? 'null')
// Timers and workers that the scorer left open must not keep the process alive.
exit(0)

function findEvaluate(found: unknown): Evaluate | null {
  if (hasEvaluate(found)) return (directory) => found.evaluate(directory)
  if (typeof found !== 'function') return null
  if (!hasEvaluate(found.prototype)) return (directory) => found(directory)
  const scorer: unknown = Reflect.construct(found, [])
  return hasEvaluate(scorer) ? (directory) => scorer.evaluate(directory) : null
}

function hasEvaluate(value: unknown): value is { evaluate: Evaluate } {
  const isHolder = (typeof value === 'object' || typeof value === 'function') && value !== null
  return isHolder && 'evaluate' in value && typeof value.evaluate === 'function'
}
