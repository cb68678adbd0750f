import { apply, makeEdits, putDeletionsFirst, render, reverse, toEdits } from './unified.mjs'

/** Whether what a function of the library answers is right: true, or what is wrong with it. */
export function checkAnswer([name, ...texts], answer) {
  if (typeof answer !== 'string') return `${name}: a text was expected`
  const mistake = CHECKS[name](...texts, answer)
  return mistake === true || `${name}: ${mistake}`
}

const CHECKS = {
  createPatch(before, after, patch) {
    const edits = toEdits(before, patch)
    const result = edits.flatMap(({ kind, line }) => (kind === 'delete' ? [] : [line])).join('')
    if (result !== after) return 'the patch leads to another text'
    const [changed, enough] = [edits, makeEdits(before, after)].map(countChanged)
    if (changed > enough) return `the patch changes ${changed} lines, ${enough} are enough`
    return isText(patch, render(putDeletionsFirst(edits)))
  },
  applyPatch: (text, patch, result) => isText(result, apply(text, patch)),
  reversePatch(patch, before, result) {
    const edits = reverse(toEdits(before, patch))
    return isText(result, render(edits, 'after', 'before'))
  },
}

function countChanged(edits) {
  return edits.filter(({ kind }) => kind !== 'keep').length
}

/** Says where a text is not what it should be. */
function isText(text, wanted) {
  if (text === wanted) return true
  const [lines, wantedLines] = [text, wanted].map((whole) => whole.split('\n'))
  const at = lines.findIndex((line, index) => line !== wantedLines[index])
  const index = at === -1 ? lines.length : at
  return `line ${index + 1} is ${JSON.stringify(lines[index])}, expected ${JSON.stringify(wantedLines[index])}`
}
