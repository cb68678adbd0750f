import type { Random } from '../../src/gate/random.ts'
import type { DirectionKind } from '../../src/redirection.ts'
import { CHOICES, draw, drawOptions, drawOther, type Plan, type Stage } from './trap-task.ts'

/** Kinds of move that start from one plan; two are combined elsewhere. */
export type MoveKind = Exclude<DirectionKind, 'combine'>

/**
 * What the words of a direction come to in a file of choices and constants:
 *
 * - refine, "one small change at a time": as often as not a constant of up to twice or half the size, else another option for one
 *   choice of a stage, now and then for two;
 * - explore, "change how the whole is put together": one stage or two are thought up anew, whatever they were;
 * - algorithm, "another algorithm instead of better constants": every choice of one stage becomes another;
 * - simplify, "take away": one to three choices of a stage become the plainest option;
 * - profile, "change only the part that takes most": two choices of a stage of the slowest workload become others;
 * - unlikely, "the one least likely to help": one choice in each of two stages becomes another.
 *
 * @param slowest the stages that the slowest workload spends its time in
 */
export function drawMove(kind: MoveKind, plan: Plan, slowest: readonly string[], random: Random): Plan {
  const [one = '', two = ''] = shuffle([...plan.keys()], random)
  const places = shuffle(Object.keys(CHOICES).keys().toArray(), random)
  const others = (name: string, count: number): Plan => withOthers(plan, name, places.slice(0, count), random)
  switch (kind) {
    case 'refine':
      if (random() < 0.5) return withBatch(plan, one, 2 ** (2 * random() - 1))
      return others(one, random() < 0.75 ? 1 : 2)
    case 'explore': {
      const anew = random() < 0.5 ? [one] : [one, two]
      return anew.reduce((changed, name) => {
        const drawn = drawOptions(random)
        return withOptions(changed, name, (option, at) => drawn[at] ?? option)
      }, plan)
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

/** The stages in which a plan differs from another, as a person would tell it: `filter: columns, backward, double; sort: batch 96.` */
export function describeMove(from: Plan, to: Plan): string {
  const changes = [...to].flatMap(([name, { options, batch }]) => {
    const before = from.get(name)
    if (options.join() !== before?.options.join()) return [`${name}: ${options.join(', ')}`]
    return batch === before.batch ? [] : [`${name}: batch ${batch}`]
  })
  return changes.length === 0 ? '' : `${changes.join('; ')}.`
}

/** The same things in any order. */
export function shuffle<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item)
}

function withOthers(plan: Plan, name: string, places: readonly number[], random: Random): Plan {
  return withOptions(plan, name, (option, at) =>
    places.includes(at) ? drawOther(at, option, random) : option,
  )
}

function withPlainest(plan: Plan, name: string, places: readonly number[]): Plan {
  const plainest = Object.values(CHOICES).map(([first]) => first)
  return withOptions(plan, name, (option, at) => (places.includes(at) ? (plainest[at] ?? option) : option))
}

function withOptions(plan: Plan, name: string, change: (option: string, at: number) => string): Plan {
  return withStage(plan, name, ({ options, batch }) => ({ options: options.map(change), batch }))
}

function withBatch(plan: Plan, name: string, factor: number): Plan {
  return withStage(plan, name, ({ options, batch }) => ({
    options,
    batch: Math.max(1, Math.round(batch * factor)),
  }))
}

function withStage(plan: Plan, name: string, change: (stage: Stage) => Stage): Plan {
  const stage = plan.get(name)
  return stage === undefined ? plan : new Map([...plan, [name, change(stage)]])
}
