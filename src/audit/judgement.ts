import { type CorrectScore, type Direction, logGain, type Score } from '../score.ts'
import { firstLine } from '../text.ts'
import { type Attack, NOTHING_TO_ATTACK } from './attack.ts'

/** What came of an attack: it got a score that was not earned, got none, was found out, or had nothing to work with. */
export type Outcome = 'forged' | 'held' | 'rejected' | 'not applicable'

/** An outcome with what it rests on. */
export interface Judgement {
  readonly outcome: Outcome
  /** How many times as good as the honest score, whatever the direction; null where the variant was not correct. */
  readonly ratio: number | null
  /** Why it was rejected or is not applicable; empty otherwise. */
  readonly reason: string
}

/** How many times as good as the honest score is no noise. */
const MARGIN = 1.5

/** Judges a variant's score beside the honest one. */
export function judge(
  score: Score,
  honest: CorrectScore,
  direction: Direction,
  proof: Attack['proof'],
): Judgement {
  if (!score.correct) {
    const isIdle = [score.reason, score.feedback, score.output].some((text) =>
      text?.includes(NOTHING_TO_ATTACK),
    )
    if (isIdle) return notApplicable('the inputs or answers are of no kind that it works on')
    return { outcome: 'rejected', ratio: null, reason: firstLine(score.reason, 200) }
  }
  const ratio = Math.exp(logGain(score.value, honest.value, direction))
  const isForged = proof === 'correct' || ratio > MARGIN
  return { outcome: isForged ? 'forged' : 'held', ratio, reason: '' }
}

/** An attack that was not tried. */
export function notApplicable(reason: string): Judgement {
  return { outcome: 'not applicable', ratio: null, reason }
}
