// Texts as they are compared every day, new ones each time: programs, logs, and small ones that are easy to get wrong.

const WORDS =
  'cache key value index count limit state event token range offset buffer score path entry'.split(' ')
/** Lines that look like parts of a patch. */
const LETTERS = ['a\n', 'b\n', '\n', '+c\n', '-d\n', '@@ -1 +1 @@\n', '\\ e\n', 'a\r\n']

/** Pairs of lines that are not the same, and the same for who compares too little of them. */
const LOOK_ALIKES = [
  // Of one hash where each character is added to m times what there was, for several m in use; 31 is Java's.
  ...[31, 33, 37, 131, 257].map((m) => [`A${String.fromCharCode(66 + m)}`, 'BB']),
  // djb2 with xor, FNV-1a and FNV-1, in 32 bits, from the start of the line.
  ['playwright', 'snush'],
  ['costarring', 'liquid'],
  ['creamwove', 'quists'],
  // Names that an object has before anything is put into it.
  ['__proto__', 'constructor'],
  ['toString', '__proto__'],
  ['valueOf', 'toString'],
  ['constructor', 'hasOwnProperty'],
]

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

/** Two texts of at most eight lines of few kinds. */
export function makeTwoSmall(random) {
  if (random() < 0.5) return makeTwoAlike(random)
  return [makeSmall(random), makeSmall(random)]
}

/** A text that has so many lines, all of them short. */
export function makeMonotonous(length, random) {
  const lines = [random.pick(LETTERS), random.pick(LETTERS), random.pick(LETTERS)]
  return Array.from({ length }, (_, index) => lines[index % lines.length])
}

/** Two texts whose lines are easily taken for each other's, in the same places. */
function makeTwoAlike(random) {
  const pairs = Array.from({ length: random.integer(1, 7) }, () => random.pick(LOOK_ALIKES))
  const newline = random.pick(['\n', '\r\n', ' = 1\n'])
  const makeText = () => pairs.map((pair) => random.pick(pair)).join(newline)
  return [0, 1].map(() => [makeText(), random() < 0.7 ? '' : newline])
}

/** At most seven lines of few kinds; the last one may have no newline. */
function makeSmall(random) {
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
