/** The configurations of the score: every family at every size. Inputs are made from the system's random source, so nobody knows them before. */

const SIZES = [1_000, 3_000]

const FAMILIES = {
  random: (size) => uniform(size).map((x) => (x - 0.5) * 2e6),
  'nearly sorted': (size) => swapNeighbours(ascending(size), size / 50),
  'few distinct': (size) => uniform(size).map((x) => Math.floor(x * 16)),
  reversed: (size) => ascending(size).reverse(),
}

/** Every configuration with a function that makes a fresh input for it. */
export const CONFIGURATIONS = SIZES.flatMap((size) =>
  Object.entries(FAMILIES).map(([family, make]) => ({
    name: `${family} ${size}`,
    makeInput: () => make(size),
  })),
)

/** Inputs at the edges of what `sort` must do: checked, not timed. */
export const EDGE_CASES = [
  [],
  [1],
  [2, 1],
  [3, 3, 3],
  [0, -1, 0.5, -0.5],
  [Number.MAX_VALUE, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, Number.POSITIVE_INFINITY, 0],
].map((values) => Float64Array.from(values))

function uniform(size) {
  return Float64Array.from(crypto.getRandomValues(new Uint32Array(size)), (x) => x / 2 ** 32)
}

function ascending(size) {
  return FAMILIES.random(size).sort()
}

function swapNeighbours(values, swaps) {
  for (const x of uniform(swaps)) {
    const i = Math.floor(x * (values.length - 8))
    const held = values[i]
    values[i] = values[i + 7]
    values[i + 7] = held
  }
  return values
}
