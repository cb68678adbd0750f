import type { Random } from '../../src/gate/random.ts'
import type { DirectionKind } from '../../src/redirection.ts'
import { draw, drawOther, drawStage, type Plan, SETTINGS, type Stage } from './trap-task.ts'

/** Kinds of move that start from one plan; two are combined elsewhere. */
export type MoveKind = Exclude<DirectionKind, 'combine'>

/**
 * What the words of a direction come to in a file of settings, written down before any of it was run:
 *
 * - refine, "one small change at a time": another option for one setting of a stage, now and then for two;
 * - explore, "change how the whole is put together": one stage or two are thought up anew, whatever they were;
 * - algorithm, "another algorithm instead of better constants": every setting of one stage becomes another;
 * - simplify, "take away": one to three settings of a stage become the plainest option;
 * - profile, "change only the part that takes most": two settings of a stage of the slowest workload become others;
 * - unlikely, "the one least likely to help": one setting in each of two stages becomes another.
 *
 * @param slowest the stages that the slowest workload spends its time in
 */
export function drawMove(kind: MoveKind, plan: Plan, slowest: readonly string[], random: Random): Plan {
  const [one = '', two = ''] = shuffle([...plan.keys()], random)
  const places = shuffle(Object.keys(SETTINGS).keys().toArray(), random)
  const others = (name: string, count: number): Plan => withOthers(plan, name, places.slice(0, count), random)
  switch (kind) {
    case 'refine':
      return others(one, random() < 0.75 ? 1 : 2)
    case 'explore': {
      const anew = random() < 0.5 ? [one] : [one, two]
      return new Map([...plan, ...anew.map((name) => [name, drawStage(random)] as const)])
    }
    case 'algorithm':
      return others(one, places.length)
    case 'simplify':
      return withPlainest(plan, one, places.slice(0, 1 + Math.floor(random() * places.length)))
    case 'profile':
      return others(draw(slowest, random), 2)
    case 'unlikely':
      return withOthers(others(one, 1), two, places.slice(-1), random)
  }
}

/** The stages in which a plan differs from another, as a person would tell it: `filter: columns, backward, double.` */
export function describeMove(from: Plan, to: Plan): string {
  const changed = [...to].filter(([name, stage]) => stage.join() !== from.get(name)?.join())
  return changed.length === 0
    ? ''
    : `${changed.map(([name, stage]) => `${name}: ${stage.join(', ')}`).join('; ')}.`
}

/** The same things in any order. */
export function shuffle<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item)
}

function withOthers(plan: Plan, name: string, places: readonly number[], random: Random): Plan {
  return withStage(plan, name, (option, at) => (places.includes(at) ? drawOther(at, option, random) : option))
}

function withPlainest(plan: Plan, name: string, places: readonly number[]): Plan {
  const plainest = Object.values(SETTINGS).map(([first]) => first)
  return withStage(plan, name, (option, at) => (places.includes(at) ? (plainest[at] ?? option) : option))
}

function withStage(plan: Plan, name: string, change: (option: string, at: number) => string): Plan {
  const stage: Stage = plan.get(name) ?? []
  return new Map([...plan, [name, stage.map(change)]])
}
