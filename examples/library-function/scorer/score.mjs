import process from 'node:process'
import { scoreCandidate } from 'avo/scoring'
import { checkAnswer } from './check-answer.mjs'
import { editInPlaces, makeMonotonous, makeProgram, makeTwoSmall, moveFunctions } from './texts.mjs'
import { makeEdits, render } from './unified.mjs'

/** f: lines per second, of patches that are made and of a patch that is applied. */

/** Two versions of a text. */
const VERSIONS = {
  onePlace(random) {
    const program = makeProgram(900, random)
    const [start, end] = [random.integer(100, 200), random.integer(350, 450)]
    const edited = editInPlaces(program.slice(start, end), 6, random)
    return [program, [...program.slice(0, start), ...edited, ...program.slice(end)]]
  },
  many(random) {
    const program = makeProgram(500, random)
    return [program, editInPlaces(program, 60, random)]
  },
  moved(random) {
    const program = makeProgram(400, random)
    return [program, moveFunctions(program, 3, random)]
  },
  unrelated: (random) => [makeProgram(150, random), makeProgram(150, random)],
  small: makeTwoSmall,
}

/** What the library is called with. */
const CALLS = {
  createPatch: (before, after) => ['createPatch', before, after],
  /** The text has been changed elsewhere since the patch was made. */
  applyPatch(before, after, random) {
    const lines = before.split(/(?<=\n)/)
    const changed = editInPlaces(lines, Math.ceil(lines.length / 200), random).join('')
    return ['applyPatch', changed, makePatch(before, after)]
  },
  /** The second text is there for the check alone. */
  reversePatch: (before, after) => ['reversePatch', makePatch(before, after), before],
}

/** More lines than a function can take as arguments. */
const HUGE = 140_000
/** Calls with huge texts, and their answers. Two that have much in common are too much for the seed, whose table is quadratic. */
const HUGE_CALLS = [
  (lines) => [['createPatch', '', lines.join('')], makeInsertion(lines)],
  (lines) => [['createPatch', [...lines, '}\n'].join(''), '}\n'], makeDeletion(lines, ' }\n')],
  (lines) => [['applyPatch', '', makeInsertion(lines)], lines.join('')],
  (lines) => [['reversePatch', makeDeletion(lines)], makeInsertion(lines, 'after', 'before')],
  (lines, random) => {
    const head = makeProgram(20, random)
    const [before, after] = [head, editInPlaces(head, 2, random)].map((some) => some.join(''))
    return [['applyPatch', before + lines.join(''), makePatch(before, after)], after + lines.join('')]
  },
]
let hugeCalls = 0
/** The right answers, by the call. */
const known = new WeakMap()

/** So many calls with two versions of a text, new ones for each. */
const calls = (name, versions, times) => (random) =>
  Array.from({ length: times }, () => {
    const [before, after] = VERSIONS[versions](random).map((lines) => lines.join(''))
    return CALLS[name](before, after, random)
  })

/** Each of them once in an evaluation, because they take long, and from then on with texts that are not huge. */
function callWithHuge(random) {
  const lines = makeMonotonous(hugeCalls < HUGE_CALLS.length ? HUGE : 2_000, random)
  const [call, answer] = HUGE_CALLS[hugeCalls++ % HUGE_CALLS.length](lines, random)
  known.set(call, answer)
  return [call]
}

// The library's own tests, in the candidate's sandbox. A candidate may fake that they pass, and gains nothing: what counts are
// the answers to the calls below, which are checked here.
const suite = ['--test', '--test-isolation=none', '--test-reporter=dot', 'tests/*.test.ts']

await scoreCandidate({
  candidate: {
    build: [process.execPath, ...suite],
    module: 'bench/run.ts',
    function: 'run',
  },
  configurations: {
    'edits in one place': calls('createPatch', 'onePlace', 1),
    'edits everywhere': calls('createPatch', 'many', 1),
    'moved functions': calls('createPatch', 'moved', 1),
    'apply a patch': calls('applyPatch', 'many', 1),
  },
  holdout: {
    'nothing in common': calls('createPatch', 'unrelated', 1),
    'reverse a patch': calls('reversePatch', 'many', 1),
    'small texts': calls('createPatch', 'small', 50),
    'apply to small texts': calls('applyPatch', 'small', 50),
    'reverse small patches': calls('reversePatch', 'small', 50),
    'huge texts': callWithHuge,
  },

  input: (makeCalls, random) => makeCalls(random),
  check: (_, calls, answers) => {
    if (!Array.isArray(answers) || answers.length !== calls.length)
      return 'an answer to each call was expected'
    const mistakes = calls.map((call, index) => check(call, answers[index]))
    return mistakes.find((mistake) => mistake !== true) ?? true
  },
  work: (_, calls) => calls.flat().join('').split('\n').length,

  budgetSeconds: 0.5,
  timeoutSeconds: 3,
  startTimeoutSeconds: 10,
})

function check(call, answer) {
  if (!known.has(call)) return checkAnswer(call, answer)
  return answer === known.get(call) || `${call[0]}: the answer for a huge text is another one`
}

function makePatch(before, after) {
  return render(makeEdits(before, after))
}

/** The patch by which all these lines are new. */
function makeInsertion(lines, oldName = 'before', newName = 'after') {
  return `--- ${oldName}\n+++ ${newName}\n@@ -0,0 +1,${lines.length} @@\n+${lines.join('+')}`
}

/** The patch by which all these lines go, before what is left, which is nothing or a line. */
function makeDeletion(lines, left = '') {
  const [all, ranges] = left === '' ? [lines.length, '+0,0'] : [lines.length + 1, '+1']
  return `--- before\n+++ after\n@@ -1,${all} ${ranges} @@\n-${lines.join('-')}${left}`
}
