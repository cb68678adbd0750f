import { createRandom, type Random } from '../../src/gate/random.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'

/** The choices of a stage, each with its options, the plainest first. No two share an option. */
export const CHOICES = {
  layout: ['rows', 'columns', 'blocks'],
  order: ['forward', 'backward', 'diagonal'],
  buffer: ['none', 'single', 'double'],
} as const

/** The stages that each workload, which is a configuration of the score, spends its time in. */
export const WORKLOADS = {
  narrow: ['decode', 'filter'],
  wide: ['join', 'sort'],
} as const

export const STAGES: readonly string[] = Object.values(WORKLOADS).flat()

/** The one file of the solution. */
export const PLAN_FILE = 'plan.txt'

/** What the person would say of it. */
export const BRIEF = `plan.txt says how a pipeline does its work: for each stage (${STAGES.join(', ')}) a line for each of its choices, and one for its batch.
${Object.entries(CHOICES)
  .map(([choice, options]) => `- ${choice}: ${options.join(', ')}`)
  .join('\n')}
- batch: a whole number
${Object.entries(WORKLOADS)
  .map(([workload, stages]) => `The workload ${workload} spends its time in ${stages.join(' and ')}.`)
  .join(' ')}
What a choice is worth depends on the others of its stage; stages do not depend on one another. Find the plan that is fastest.`

/** How a stage does its work. */
export interface Stage {
  /** One for each choice. */
  readonly options: readonly string[]
  /** A constant, which can always be tuned. */
  readonly batch: number
}

/** Stages by their names. */
export type Plan = ReadonlyMap<string, Stage>

/** A hidden best plan and a place to start from. */
export interface TrapTask {
  readonly seed: Plan
  score(plan: Plan): CorrectScore
  /** Whether a score is that of a plan in which every choice is the best one; constants may be as they are. */
  isSolved(score: CorrectScore): boolean
}

/**
 * What a stage is worth by how many of its three choices are those of the best plan. With none of them it is worth 0.8 of
 * what it can be, and with every one that is put right it gets worse, until all are: so whoever makes a change at a time is led
 * to where nothing is right.
 */
const TRAP = [0.8, 0.4, 0, 1] as const
/** Part of a stage's worth that its constant decides on, and by what factor it is off where all of that is lost. */
const TUNING = 0.02
const FARTHEST = 16
const BATCHES = [64, 4_096] as const

/**
 * A task with a local optimum that no small step leaves: a concatenation of fully deceptive traps of order three (Ackley, "A
 * Connectionist Machine for Genetic Hillclimbing", 1987; Deb and Goldberg, "Analyzing Deception in Trap Functions", Foundations
 * of Genetic Algorithms 2, 1993, with their 0.8 for the wrong optimum), with three options to a choice in place of two, so that
 * around the wrong optimum there is a plateau and the right plan is not simply its opposite. The score of a workload is 1 and what
 * its two stages are worth. As in any program there are constants, too, one to a stage, which decide on 2% of what it is worth: small
 * steps never run out, and lead nowhere. The best plan is drawn anew for every seed. In the plan that the search starts from one
 * choice of each stage is right, so that there is something to climb.
 */
export function createTrapTask(seed: number): TrapTask {
  const random = createRandom(seed)
  const best = toPlan(() => ({ options: drawOptions(random), batch: drawBatch(random) }))
  const start = toPlan((name) => {
    const right = best.get(name)?.options ?? []
    const kept = Math.floor(random() * right.length)
    const options = right.map((option, at) => (at === kept ? option : drawOther(at, option, random)))
    return { options, batch: drawBatch(random) }
  })
  const score = (plan: Plan): CorrectScore => {
    const scores = Object.entries(WORKLOADS).map(([configuration, stages]) => ({
      configuration,
      value: 1 + stages.reduce((sum, name) => sum + worthOf(plan.get(name), best.get(name)), 0),
    }))
    return { correct: true, value: geometricMean(scores.map(({ value }) => value)), scores }
  }
  // A plan with one wrong stage is worth less than this, whatever its constants.
  const least = score(best).value * (1 - TUNING)
  return { seed: start, score, isSolved: ({ value }) => value >= least }
}

/** The file's text of a plan. */
export function renderPlan(plan: Plan): string {
  const choices = Object.keys(CHOICES)
  return [...plan]
    .map(([name, { options, batch }]) => {
      const chosen = options.map((option, at) => `${name}.${choices[at]} = ${option}\n`)
      return `${chosen.join('')}${name}.batch = ${batch}\n`
    })
    .join('\n')
}

/** The plan in a text; null where a line of it is missing or names what there is not. */
export function parsePlan(text: string): Plan | null {
  const read = (name: string, key: string): string =>
    new RegExp(`\\b${name}\\.${key} = (\\w+)`).exec(text)?.[1] ?? ''
  const plan = toPlan((name) => ({
    options: Object.entries(CHOICES).flatMap(
      ([choice, options]) => options.find((option) => option === read(name, choice)) ?? [],
    ),
    batch: Number(read(name, 'batch')),
  }))
  const isWhole = ({ options, batch }: Stage): boolean =>
    options.length === Object.keys(CHOICES).length && Number.isInteger(batch) && batch > 0
  return [...plan.values()].every(isWhole) ? plan : null
}

/** A plan from a function of the stage's name. */
export function toPlan(stageOf: (name: string) => Stage): Plan {
  return new Map(STAGES.map((name) => [name, stageOf(name)]))
}

/** Any options at all. */
export function drawOptions(random: Random): readonly string[] {
  return Object.values(CHOICES).map((options) => draw(options, random))
}

/** Another option of the choice at that place. */
export function drawOther(at: number, option: string, random: Random): string {
  const options: readonly string[] = Object.values(CHOICES)[at] ?? []
  return draw(
    options.filter((other) => other !== option),
    random,
  )
}

/** One of several things. */
export function draw<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('there is nothing to draw from')
  return item
}

function drawBatch(random: Random): number {
  const [least, most] = BATCHES
  return Math.round(least * (most / least) ** random())
}

function worthOf(stage: Stage | undefined, best: Stage | undefined): number {
  if (stage === undefined || best === undefined) return 0
  const right = stage.options.filter((option, at) => option === best.options[at]).length
  const off = Math.abs(Math.log(stage.batch / best.batch)) / Math.log(FARTHEST)
  return (TRAP[right] ?? 0) * (1 - TUNING * Math.min(1, off))
}
