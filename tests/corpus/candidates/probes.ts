import type { Edit } from '../../../src/audit/attack.ts'
import { whenImported as whenImportedJavaScript } from '../../../src/audit/javascript.ts'
import { whenImported as whenImportedPython } from '../../../src/audit/python.ts'
import { type CorpusLanguage, REACHED } from '../entry.ts'
import type { World } from '../world.ts'

/** What a probe may try: `reach(name, work)` says so where the work succeeds, and the candidate gives no answer then. */
const PYTHON = `
import builtins
reached = builtins.__dict__.setdefault("_reached", [])
def reach(name, work):
    try:
        if work() is not False:
            reached.append(name)
    except BaseException:
        pass
def tell():
    if reached:
        raise RuntimeError("${REACHED}: " + ", ".join(reached))
`
const JAVASCRIPT = `
const { execFileSync, spawn, spawnSync } = process.getBuiltinModule('node:child_process')
const net = process.getBuiltinModule('node:net')
const reached = []
const reach = (name, work) => { try { if (work() !== false) reached.push(name) } catch {} }
const tell = () => { if (reached.length > 0) throw new Error('${REACHED}: ' + reached.join(', ')) }
`

/**
 * Candidates that try things while they are loaded, and then work as ever: unless something could be done that should not be,
 * of which they tell instead.
 */
export function probe(code: Partial<Record<CorpusLanguage, (world: World) => string>>) {
  const { javascript, python } = code
  return {
    ...(javascript && {
      javascript: (world: World) => whenImportedJavaScript(`${JAVASCRIPT}${javascript(world)}\ntell()`),
    }),
    ...(python && { python: (world: World) => whenImportedPython(`${PYTHON}${python(world)}\ntell()`) }),
  } satisfies Partial<Record<CorpusLanguage, (world: World) => Edit>>
}

/** A list of texts, as both languages write it. */
export function list(texts: readonly string[]): string {
  return JSON.stringify(texts)
}

/** What of a world nobody may read, and nobody may change. */
export function secretFiles({ home, canary, task }: World): readonly string[] {
  return [
    `${home}/.ssh/id_ed25519`,
    `${home}/.npmrc`,
    `${home}/.netrc`,
    `${canary}/notes.txt`,
    `${task}/scorer/score.py`,
    `${task}/scorer/score.mjs`,
    `${task}/avo.yaml`,
    `${task}/.avo/events.jsonl`,
    `${task}/.avo/conversation.jsonl`,
    `${task}/workspace/.git/HEAD`,
  ]
}
