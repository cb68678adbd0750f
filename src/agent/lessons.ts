import type { RunState } from '../journal.ts'
import { type Lesson, nameOutcome } from '../lesson.ts'
import { cutMiddle, firstLine, oneLine } from '../text.ts'

/** A line of a lesson is cut to this. */
const MAX_CHARACTERS = 600
const MAX_BEFORE = 160
/** Of a lesson that was learnt in other words, too: so many of them, each cut to this. The document of the lesson has the rest. */
const MAX_ALSO = 4
const ALSO_CHARACTERS = 120

/** A lesson in one line: outcome and attempts, what was tried, what happened, why, when it would differ, what was thought before. */
export function renderLesson(lesson: Lesson): string {
  const { attempts, times, tried, happened, why, unless, also, before, ofEarlierScorer } = lesson
  const where = `${times > attempts.length ? `${times} attempts, the last ` : attempts.length === 1 ? 'attempt ' : 'attempts '}${attempts.join(', ')}`
  const parts = [
    `${nameOutcome(lesson)} (${where}): "${tried}": ${happened}`,
    why && `Why: ${why}`,
    unless && `Otherwise: ${unless}`,
    also && `Tried as well: ${also.slice(-MAX_ALSO).map(cutWords).join('; ')}`,
    ofEarlierScorer && 'Measured by an earlier scorer',
    before.length > 0 && `No longer true: ${firstLine(before.at(-1) ?? '', MAX_BEFORE)}`,
  ]
  const text = parts.filter(Boolean).join(' — ').replaceAll(/\s+/g, ' ')
  return cutMiddle(text, MAX_CHARACTERS).replaceAll('\n', ' ')
}

function cutWords(words: string): string {
  return firstLine(words, ALSO_CHARACTERS)
}

/** What the agent noted down in attempts that no lesson was taken from yet: the last ten, a line each. */
export function renderNotes({ notes, learntUpTo }: RunState): readonly string[] {
  return notes
    .filter(({ attempt }) => attempt > learntUpTo)
    .slice(-10)
    .map(({ text }) => oneLine(text, 500))
}
