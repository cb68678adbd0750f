import process from 'node:process'
import { scoreCandidate } from 'avo/scoring'
import { checkAnswer } from './check-answer.mjs'
import { editInPlaces, makeProgram, makeSmall, moveFunctions } from './texts.mjs'
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
  small: (random) => [makeSmall(random), makeSmall(random)],
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
    'edits in one place': { call: 'createPatch', versions: 'onePlace', times: 1 },
    'edits everywhere': { call: 'createPatch', versions: 'many', times: 1 },
    'moved functions': { call: 'createPatch', versions: 'moved', times: 1 },
    'apply a patch': { call: 'applyPatch', versions: 'many', times: 1 },
  },
  holdout: {
    'nothing in common': { call: 'createPatch', versions: 'unrelated', times: 1 },
    'reverse a patch': { call: 'reversePatch', versions: 'many', times: 1 },
    'small texts': { call: 'createPatch', versions: 'small', times: 50 },
    'apply to small texts': { call: 'applyPatch', versions: 'small', times: 50 },
    'reverse small patches': { call: 'reversePatch', versions: 'small', times: 50 },
  },

  input: ({ call, versions, times }, random) =>
    Array.from({ length: times }, () => {
      const [before, after] = VERSIONS[versions](random).map((lines) => lines.join(''))
      return CALLS[call](before, after, random)
    }),
  check: (_, calls, answers) => {
    if (!Array.isArray(answers) || answers.length !== calls.length)
      return 'an answer to each call was expected'
    const mistakes = calls.map((call, index) => checkAnswer(call, answers[index]))
    return mistakes.find((mistake) => mistake !== true) ?? true
  },
  work: (_, calls) => calls.flat().join('').split('\n').length,

  budgetSeconds: 0.5,
  timeoutSeconds: 3,
  startTimeoutSeconds: 10,
})

function makePatch(before, after) {
  return render(makeEdits(before, after))
}
