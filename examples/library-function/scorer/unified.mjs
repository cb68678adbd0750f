// What is right, written a second time: simpler than the library, slower, and out of the candidate's reach.

const SIGNS = { keep: ' ', delete: '-', insert: '+' }
const KINDS = { ' ': 'keep', '-': 'delete', '+': 'insert' }
const MARKER = '\n\\ No newline at end of file\n'
const CONTEXT = 3

/** The lines of a text, each with its newline. */
export function split(text) {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? []
}

/** Fewest edits that lead from a text to another one, by the table of all common subsequences. */
export function makeEdits(before, after) {
  const [a, b] = [split(before), split(after)]
  const width = b.length + 1
  const counts = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      counts[i * width + j] =
        a[i] === b[j]
          ? counts[(i + 1) * width + j + 1] + 1
          : Math.max(counts[(i + 1) * width + j], counts[i * width + j + 1])
  const edits = []
  let j = 0
  for (const [i, line] of a.entries()) {
    while (j < b.length && line !== b[j] && counts[(i + 1) * width + j] < counts[i * width + j + 1])
      edits.push({ kind: 'insert', line: b[j++] })
    const isKept = line === b[j]
    edits.push({ kind: isKept ? 'keep' : 'delete', line })
    if (isKept) j++
  }
  edits.push(...b.slice(j).map((line) => ({ kind: 'insert', line })))
  return putDeletionsFirst(edits)
}

/** Where lines are replaced, what is deleted comes before what is inserted. */
export function putDeletionsFirst(edits) {
  const result = []
  const inserted = []
  for (const edit of edits) {
    if (edit.kind === 'insert') inserted.push(edit)
    else result.push(...(edit.kind === 'keep' ? inserted.splice(0) : []), edit)
  }
  return [...result, ...inserted]
}

/** The hunks of a patch that this file or the library has written. Throws what is wrong with it. */
export function readHunks(patch) {
  const lines = split(patch.replaceAll(MARKER, '\0'))
  const hunks = []
  for (const line of lines.slice(2)) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$/.exec(line)
    const edits = hunks.at(-1)?.edits
    if (header !== null) hunks.push({ start: Number(header[1]) - (header[2] === '0' ? 0 : 1), edits: [] })
    else if (edits === undefined || KINDS[line[0]] === undefined)
      throw new Error(`no line of a patch: ${line}`)
    // A line without a newline had a marker, which also ended the line.
    else
      for (const part of line.split(/(?<=\0)/))
        edits.push({ kind: KINDS[part[0]], line: part.slice(1).replace('\0', '') })
  }
  return hunks
}

/** All edits of a text, those of a patch and what stays between them. Throws where they don't belong together. */
export function toEdits(before, patch) {
  const lines = split(before)
  const edits = []
  let line = 0
  const keepUntil = (end) => {
    for (; line < end; line++) edits.push({ kind: 'keep', line: lines[line] })
  }
  for (const hunk of readHunks(patch)) {
    keepUntil(hunk.start)
    for (const edit of hunk.edits) {
      edits.push(edit)
      if (edit.kind !== 'insert' && lines[line++] !== edit.line)
        throw new Error(`line ${line} of the old text is not ${JSON.stringify(edit.line)}`)
    }
  }
  keepUntil(lines.length)
  return edits
}

/** The patch that edits make. */
export function render(edits, oldName = 'before', newName = 'after') {
  const isNear = edits.map((_, index) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'keep'),
  )
  const [oldNumbers, newNumbers] = ['insert', 'delete'].map((other) => {
    let number = 0
    return edits.map(({ kind }) => (kind === other ? number : ++number))
  })
  let text = ''
  for (let start = isNear.indexOf(true); start !== -1; ) {
    const next = isNear.indexOf(false, start)
    const end = next === -1 ? edits.length : next
    const part = edits.slice(start, end)
    const range = (numbers, other) => {
      const count = part.filter(({ kind }) => kind !== other).length
      const first = part[0].kind === other && count > 0 ? numbers[start] + 1 : numbers[start]
      return count === 1 ? `${first}` : `${first},${count}`
    }
    text += `@@ -${range(oldNumbers, 'insert')} +${range(newNumbers, 'delete')} @@\n`
    for (const { kind, line } of part) text += SIGNS[kind] + (line.endsWith('\n') ? line : line + MARKER)
    start = isNear.indexOf(true, end)
  }
  return text === '' ? '' : `--- ${oldName}\n+++ ${newName}\n${text}`
}

/** The edits that lead back. */
export function reverse(edits) {
  const back = { keep: 'keep', delete: 'insert', insert: 'delete' }
  return putDeletionsFirst(edits.map(({ kind, line }) => ({ kind: back[kind], line })))
}

/** The text after a patch, by the rule that the library's documentation states. */
export function apply(text, patch) {
  let lines = split(text)
  let [off, least] = [0, 0]
  for (const [index, { start, edits }] of readHunks(patch).entries()) {
    const [old, fresh] = ['insert', 'delete'].map((other) =>
      edits.filter(({ kind }) => kind !== other).map(({ line }) => line),
    )
    const fits = (place) =>
      place >= least &&
      place + old.length <= lines.length &&
      old.every((line, i) => line === lines[place + i])
    const places = Array.from(lines, (_, place) => place)
      .concat(lines.length)
      .filter(fits)
    const distance = Math.min(...places.map((place) => Math.abs(place - start - off)))
    const place = places.find((place) => Math.abs(place - start - off) === distance)
    if (place === undefined) return `PatchError: hunk ${index + 1} does not fit`
    lines = [...lines.slice(0, place), ...fresh, ...lines.slice(place + old.length)]
    off = place - start + fresh.length - old.length
    least = place + fresh.length
  }
  return lines.join('')
}
