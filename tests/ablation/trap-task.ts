import { createRandom, type Random } from '../../src/gate/random.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'

/** The settings of a stage, each with its options, the plainest first. No two settings share an option. */
export const SETTINGS = {
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
export const BRIEF = `plan.txt says how a pipeline does its work: for each stage (${STAGES.join(', ')}) a line for each of its settings.
${Object.entries(SETTINGS)
  .map(([setting, options]) => `- ${setting}: ${options.join(', ')}`)
  .join('\n')}
${Object.entries(WORKLOADS)
  .map(([workload, stages]) => `The workload ${workload} spends its time in ${stages.join(' and ')}.`)
  .join(' ')}
What a setting is worth depends on the others of its stage; stages do not depend on one another. Find the plan that is fastest.`

/** An option for each setting of a stage. */
export type Stage = readonly string[]
/** A stage's options by its name. */
export type Plan = ReadonlyMap<string, Stage>

/** A hidden best plan and a place to start from. */
export interface TrapTask {
  readonly seed: Plan
  /** What no plan passes, and one reaches. */
  readonly optimum: number
  score(plan: Plan): CorrectScore
}

/**
 * What a stage is worth by how many of its three settings are those of the best plan. With none of them it is worth 0.8 of
 * what it can be, and with every one that is put right it gets worse, until all are: so whoever makes a change at a time is led
 * to where nothing is right.
 */
const TRAP = [0.8, 0.4, 0, 1] as const

/**
 * A task with a local optimum that no small step leaves: a concatenation of fully deceptive traps of order three (Ackley, "A
 * Connectionist Machine for Genetic Hillclimbing", 1987; Deb and Goldberg, "Analyzing Deception in Trap Functions", Foundations
 * of Genetic Algorithms 2, 1993, with their 0.8 for the wrong optimum), with three options to a setting in place of two, so that
 * around the wrong optimum there is a plateau and the right plan is not simply its opposite. The score of a workload is 1 and what
 * its two stages are worth. The best plan is drawn anew for every seed. In the plan that the search starts from one setting of each
 * stage is right, so that there is something to climb.
 */
export function createTrapTask(seed: number): TrapTask {
  const random = createRandom(seed)
  const best = toPlan(() => drawStage(random))
  const start = toPlan((name) => {
    const right = best.get(name) ?? []
    const kept = Math.floor(random() * right.length)
    return right.map((option, at) => (at === kept ? option : drawOther(at, option, random)))
  })
  const score = (plan: Plan): CorrectScore => {
    const scores = Object.entries(WORKLOADS).map(([configuration, stages]) => ({
      configuration,
      value: 1 + stages.reduce((sum, name) => sum + worthOf(plan.get(name), best.get(name)), 0),
    }))
    return { correct: true, value: geometricMean(scores.map(({ value }) => value)), scores }
  }
  return { seed: start, optimum: score(best).value, score }
}

/** The file's text of a plan. */
export function renderPlan(plan: Plan): string {
  const settings = Object.keys(SETTINGS)
  return [...plan]
    .map(([name, stage]) => stage.map((option, at) => `${name}.${settings[at]} = ${option}\n`).join(''))
    .join('\n')
}

/** The plan in a text; null where a line of it is missing or names what there is not. */
export function parsePlan(text: string): Plan | null {
  const read = (name: string): Stage =>
    Object.entries(SETTINGS).flatMap(([setting, options]) => {
      const said = new RegExp(`\\b${name}\\.${setting} = (\\w+)`).exec(text)?.[1]
      return options.find((option) => option === said) ?? []
    })
  const plan = toPlan(read)
  return [...plan.values()].every((stage) => stage.length === Object.keys(SETTINGS).length) ? plan : null
}

/** A plan from a function of the stage's name. */
export function toPlan(stageOf: (name: string) => Stage): Plan {
  return new Map(STAGES.map((name) => [name, stageOf(name)]))
}

/** Any options at all. */
export function drawStage(random: Random): Stage {
  return Object.values(SETTINGS).map((options) => draw(options, random))
}

/** Another option of the setting at that place. */
export function drawOther(at: number, option: string, random: Random): string {
  const options: readonly string[] = Object.values(SETTINGS)[at] ?? []
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

function worthOf(stage: Stage = [], best: Stage = []): number {
  return TRAP[stage.filter((option, at) => option === best[at]).length] ?? 0
}
