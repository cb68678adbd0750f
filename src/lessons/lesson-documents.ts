import { CHANGE_KINDS, type ChangeKind, type Lesson, nameOutcome } from '../lesson.ts'
import { renderCount } from '../text.ts'

/** Documents by name, with their text. */
export type Documents = ReadonlyMap<string, string>

/** Kinds of change as people call them. */
export const KIND_NAMES: Readonly<Record<ChangeKind, string>> = {
  algorithm: 'another algorithm',
  'less-work': 'less work',
  'data-layout': 'data layout',
  parallel: 'parallel work',
  native: 'what the machine does natively',
  constants: 'constants',
  combination: 'combinations',
  simplification: 'simplification',
  other: 'other changes',
}

/**
 * The lessons as Markdown, a document for each kind of change with the last learnt first: as many at most as there are kinds.
 * Between headings there is nothing but lessons, so that whatever a search finds is one.
 */
export function renderLessonDocuments(lessons: readonly Lesson[]): Documents {
  const groups = Map.groupBy(lessons, ({ kind }) => kind)
  return new Map(
    CHANGE_KINDS.flatMap((kind) => {
      const group = groups.get(kind)
      return group === undefined ? [] : [[`${kind}.md`, renderGroup(kind, group)] as const]
    }),
  )
}

/** Documents of another run, of this task or of another one, marked as such, in a folder of its name. */
export function renderCarried(task: string, documents: Documents): Documents {
  return new Map(
    [...documents].map(([name, text]) => [
      `${task}/${name}`,
      `# From ${task}, another run\n\n${text.replaceAll(/^#/gm, '##')}`,
    ]),
  )
}

/** What the name of a document begins with whose lessons the journal has no more. */
const LOST = 'before-'

/**
 * Documents of this run as its folder still has them where its journal is gone, so that what was learnt is not: under names of their own, in
 * which they stay from then on, with what was kept that way before.
 *
 * @param isLost whether the journal knows of no lesson, so that all that lies there is older than it
 */
export function renderLost(found: Documents, isLost: boolean): Documents {
  const kept = new Map([...found].filter(([name]) => name.startsWith(LOST)))
  const lost = isLost ? [...found].filter(([name]) => !name.startsWith(LOST)) : []
  const moved = lost.map(([name, text]) => {
    const old = kept.get(`${LOST}${name}`)
    const before = `# From before the journal was lost\n\n${text.replaceAll(/^#/gm, '##')}`
    return [`${LOST}${name}`, old === undefined ? before : `${before}\n${old}`] as const
  })
  return new Map([...kept, ...moved])
}

function renderGroup(kind: ChangeKind, lessons: readonly Lesson[]): string {
  return [`# Lessons: ${KIND_NAMES[kind]}\n`, ...lessons.toReversed().map(renderLesson)].join('\n')
}

function renderLesson(lesson: Lesson): string {
  const { tried, happened, why, unless, attempts, times, also = [], before, ofEarlierScorer } = lesson
  const facts = [
    `- What happened${times > 1 ? ' the last time' : ''}: ${happened}`,
    why && `- Why: ${why}`,
    unless && `- When it would differ: ${unless}`,
    ...also.map((line) => `- Tried as well: ${line}`),
    ofEarlierScorer ? '- Measured by an earlier scorer: it may be otherwise now.' : '',
    ...before.map((line) => `- No longer true, this replaces it: ${line}`),
    times === 1
      ? `- Learnt from attempt ${attempts[0]}`
      : `- Learnt from ${renderCount(times, 'attempt')}: ${times > attempts.length ? '…, ' : ''}${attempts.join(', ')}`,
  ]
  const lines = [`## ${nameOutcome(lesson)}: ${tried}`, '', ...facts.filter((line) => line !== '')]
  // A line break in what somebody wrote would begin a heading or a list of its own.
  return `${lines.map((line) => line.replaceAll(/\s+/g, ' ').trimEnd()).join('\n')}\n`
}
