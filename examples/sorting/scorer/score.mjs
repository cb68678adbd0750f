import { scoreCandidate } from 'avo/scoring'

/** f: numbers sorted per second, for every family of inputs at every size. */

const SIZES = [1_000, 3_000]
const FAMILIES = {
  random: (size, random) => Float64Array.from({ length: size }, () => (random() - 0.5) * 2e6),
  'nearly sorted': (size, random) => swapNeighbours(ascending(size, random), random),
  'few distinct': (size, random) => Float64Array.from({ length: size }, () => random.integer(0, 15)),
  reversed: (size, random) => ascending(size, random).reverse(),
}
const { MAX_VALUE, MIN_VALUE } = Number
const EDGES = [0, -0, 1, -1, 0.5, MIN_VALUE, -MIN_VALUE, MAX_VALUE, -MAX_VALUE, -Infinity, Infinity]
/** Beside one of these all other numbers lie together. */
const OUTLIERS = [1e300, -1e300, Infinity, -Infinity]

await scoreCandidate({
  candidate: { module: 'sort.mjs', function: 'sort' },
  configurations: Object.fromEntries(
    SIZES.flatMap((size) =>
      Object.entries(FAMILIES).map(([family, make]) => [`${family} ${size}`, { size, make }]),
    ),
  ),
  holdout: {
    'edge cases': { size: 12, make: edgeCase },
    'sawtooth 2000': { size: 2_000, make: sawtooth },
    'of every magnitude 2000': { size: 2_000, make: ofEveryMagnitude },
    'of every magnitude, with edges 2000': { size: 2_000, make: withEdges },
    'one far off 500': { size: 500, make: oneFarOff },
  },

  input: ({ size, make }, random) => make(size, random),
  reference: (_, values) => values.toSorted(),
  keepsInput: true,
  work: ({ size }) => size,

  budgetSeconds: 0.2,
  timeoutSeconds: 3,
  startTimeoutSeconds: 3,
})

function ascending(size, random) {
  return FAMILIES.random(size, random).sort()
}

function swapNeighbours(values, random) {
  for (let swap = 0; swap < values.length / 50; swap++) {
    const i = random.integer(0, values.length - 8)
    ;[values[i], values[i + 7]] = [values[i + 7], values[i]]
  }
  return values
}

/** None, or a few numbers that are easy to get wrong. */
function edgeCase(size, random) {
  return Float64Array.from({ length: random.integer(0, size) }, () => random.pick(EDGES))
}

function sawtooth(size, random) {
  return Float64Array.from({ length: size }, (_, i) => (i % 97) + random())
}

/** Finite and of both signs, from the least to so great that their span, or a multiple of it, is infinite. */
function ofEveryMagnitude(size, random) {
  const highest = random.integer(1012, 1023)
  const number = () => random.pick([-1, 1]) * (1 + random()) * 2 ** random.integer(-1074, highest)
  return Float64Array.from({ length: size }, () => Math.max(-MAX_VALUE, Math.min(number(), MAX_VALUE)))
}

function withEdges(size, random) {
  return ofEveryMagnitude(size, random).map((value) => (random() < 1 / 32 ? random.pick(EDGES) : value))
}

function oneFarOff(size, random) {
  const values = FAMILIES.random(size, random)
  values[random.integer(0, size - 1)] = random.pick(OUTLIERS)
  return values
}
