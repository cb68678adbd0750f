// Texts as they are compared every day, new ones each time: programs, logs, and small ones that are easy to get wrong.

const WORDS =
  'cache key value index count limit state event token range offset buffer score path entry'.split(' ')
const LETTERS = ['a\n', 'b\n', '\n', '+c\n', '-d\n', '@@ -1 +1 @@\n', '\\ e\n', 'a\r\n']

/** A program of about so many lines, most of which occur in it once and some everywhere. */
export function makeProgram(length, random) {
  const lines = []
  while (lines.length < length) lines.push(...makeFunction(random))
  return lines
}

/** Another version of it: in so many places some lines are gone, new, or others. */
export function editInPlaces(lines, places, random) {
  const edited = [...lines]
  for (let place = 0; place < places; place++)
    edited.splice(
      random.integer(0, edited.length - 1),
      random.integer(0, 3),
      ...makeLines(random.integer(0, 3), random),
    )
  return edited
}

/** Another version of it: some functions have changed places. */
export function moveFunctions(lines, moves, random) {
  const functions = lines.join('').split(/(?<=\n}\n\n)/)
  for (let move = 0; move < moves; move++) {
    const [moved] = functions.splice(random.integer(0, functions.length - 1), 1)
    functions.splice(random.integer(0, functions.length), 0, moved)
  }
  return functions.join('').split(/(?<=\n)/)
}

/** At most seven lines of few kinds; the last one may have no newline. */
export function makeSmall(random) {
  const lines = Array.from({ length: random.integer(0, 7) }, () => random.pick(LETTERS))
  return random() < 0.3 ? [...lines, random.pick(LETTERS).trimEnd()] : lines
}

function makeFunction(random) {
  const [name, argument] = [makeName(random), random.pick(WORDS)]
  return [
    `export function ${name}(${argument}) {\n`,
    ...makeLines(random.integer(3, 14), random),
    '  return result\n',
    '}\n',
    '\n',
  ]
}

function makeLines(count, random) {
  return Array.from({ length: count }, () => makeLine(random))
}

function makeLine(random) {
  return random.pick([
    () =>
      `  const ${makeName(random)} = ${makeName(random)}(${random.pick(WORDS)}, ${random.integer(0, 999)})\n`,
    () => `  if (${random.pick(WORDS)} > ${random.integer(0, 99)}) return ${makeName(random)}\n`,
    () => `  for (const ${random.pick(WORDS)} of ${makeName(random)}) {\n`,
    () => `    ${random.pick(WORDS)} += ${makeName(random)}[${random.pick(WORDS)}]\n`,
    () => '  }\n',
    () => '\n',
  ])()
}

function makeName(random) {
  const [first, second] = [random.pick(WORDS), random.pick(WORDS)]
  return `${first}${second[0].toUpperCase()}${second.slice(1)}`
}
