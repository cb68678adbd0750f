import { createHash } from 'node:crypto'
import type { Strategy } from '../strategies.ts'
import { loadParser, type Parse } from './languages.ts'
import { answerTo, isTried, type Memory, renderMoveLines } from './memory.ts'
import { findCombinedMoves, findConstantMoves, findRecipeMoves, type Move, type MoveSearch } from './moves.ts'
import type { Recipe } from './recipes.ts'
import { type Call, createSurvey } from './survey.ts'
import { applyEdits, fingerprint, type Tree } from './tree.ts'

/** What the model says and does next. Without calls, it has nothing more to try in this attempt. */
export interface Decision {
  readonly text: string
  readonly calls: readonly Call[]
}

type MoveSource = (tree: Tree, recipes: readonly Recipe[], parse: Parse) => MoveSearch

/** Where each strategy's moves come from; the next source begins when the one before it is used up. */
const SOURCES: Readonly<Record<Strategy | 'undirected', readonly MoveSource[]>> = {
  undirected: [findRecipeMoves, findConstantMoves],
  recipes: [findRecipeMoves],
  constants: [findConstantMoves],
  combine: [findCombinedMoves],
  restart: [findRecipeMoves, findCombinedMoves],
}

/** Makes the function that decides the next step from what the conversation says. */
export function createDecision(seed: number): (memory: Memory) => Promise<Decision> {
  const survey = createSurvey()
  const findMoves = createMoveFinder(seed)

  return async (memory) => {
    if (memory.submitted) return { text: 'The solution is submitted.', calls: [] }
    const submission = toSubmission(memory)
    if (submission !== null)
      return { text: 'That is better than the best version: I submit it.', calls: [submission] }

    const start = toStart(memory, seed)
    const surveyed = survey(memory, start.revert)
    if (surveyed.missing !== null)
      return { text: `I start from ${start.name} and look at what there is.`, calls: surveyed.missing }

    const { tree, recipes } = surveyed
    const problems = new Set(surveyed.problems)
    const base = fingerprint(tree)
    const parse = await loadParser()
    for (const source of SOURCES[memory.strategy ?? 'undirected']) {
      const found = findMoves(source, tree, recipes, parse)
      for (const problem of found.problems) problems.add(problem)
      const move = found.moves.find((one) => !isTried(memory, nameMove(one, base)))
      if (move !== undefined) return tryMove(move, base, tree, start.revert)
    }
    const strategy = memory.strategy === null ? '' : ` by the strategy ${memory.strategy}`
    return {
      text: [`Nothing is left to try from ${start.name}${strategy}.`, ...problems].join('\n'),
      calls: [],
    }
  }
}

/** The version that the attempt's moves start from: the best one or, to restart, an earlier one by lot. */
function toStart(memory: Memory, seed: number): { readonly name: string; readonly revert: Call } {
  const { strategy, bestVersion, attempt } = memory
  if (strategy !== 'restart' || bestVersion === 0)
    return { name: 'the best version', revert: { tool: 'revert', input: {} } }
  const version = Number.parseInt(drawLot(seed, `attempt ${attempt}`).slice(0, 8), 16) % bestVersion
  return { name: `v${version}`, revert: { tool: 'revert', input: { version } } }
}

/** The submission that is due: the last move was better, and has not been refused. */
function toSubmission(memory: Memory): Call | null {
  const move = memory.lastMove
  if (move === null || !move.isBetter) return null
  const { words: summary, documents } = move
  const call = { tool: 'submit', input: { summary, ...(documents.length > 0 && { documents }) } }
  return answerTo(memory, call.tool, call.input) === undefined ? call : null
}

function tryMove(move: Move, base: string, tree: Tree, revert: Call): Decision {
  const changed = applyEdits(tree, move.edits)
  const writes = [...new Set(move.edits.map((edit) => edit.path))].map((path) => ({
    tool: 'write_file',
    input: { path, content: changed.get(path) ?? '' },
  }))
  return {
    text: `${move.headline}\n\n${move.reason}\n\n${renderMoveLines(nameMove(move, base), move.documents)}`,
    calls: [revert, ...writes, { tool: 'evaluate', input: {} }],
  }
}

/** The same change means something else in another tree. */
function nameMove(move: Move, base: string): string {
  return `${move.name} from ${base}`
}

/** Makes the function that finds moves in the seed's order. Those of a tree are looked for once. */
function createMoveFinder(
  seed: number,
): (source: MoveSource, ...where: Parameters<MoveSource>) => MoveSearch {
  const known = new Map<MoveSource, { readonly key: string; readonly found: MoveSearch }>()
  return (source, tree, recipes, parse) => {
    const base = fingerprint(tree)
    const key = `${base} ${JSON.stringify(recipes)}`
    const last = known.get(source)
    if (last?.key === key) return last.found
    const { moves, problems } = source(tree, recipes, parse)
    const lots = moves.map((move) => ({ move, lot: drawLot(seed, nameMove(move, base)) }))
    const drawn = lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ move }) => move)
    const found = { moves: drawn, problems }
    known.set(source, { key, found })
    return found
  }
}

/** Chance that the seed and the occasion decide, so that no state of a generator must survive a restart. */
function drawLot(seed: number, occasion: string): string {
  return createHash('sha256').update(`${seed} ${occasion}`).digest('hex')
}
