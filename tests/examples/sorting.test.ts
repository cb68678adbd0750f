import { describeExample } from './describe-example.ts'

/** Right for what is near together, and for a few numbers of any kind. */
const BUCKET_SORT = `export function sort(values) {
  const size = values.length
  if (size <= 32) return values.slice().sort()
  let [least, most] = [values[0], values[0]]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  if (least === most) return values.slice()
  const buckets = Array.from({ length: size }, () => [])
  for (const value of values)
    buckets[Math.floor(((value - least) * (size - 1)) / (most - least))].push(value)
  return Float64Array.from(buckets.flatMap((bucket) => bucket.sort((a, b) => a - b)))
}
`

describeExample({
  name: 'sorting',
  needs: [],
  attempts: 2,
  run: ['--set', 'gate.policy=single'],
  expectsVersions: true,
  broken: {
    'no JavaScript': { file: 'sort.mjs', content: 'export function sort(values) {', says: /SyntaxError/ },
    'an import that is not there': {
      file: 'sort.mjs',
      content: (seed) => `import { radixSort } from 'radix-sort'\n${seed}`,
      says: /Cannot find package 'radix-sort'/,
    },
    'buckets that need a span that is a number': {
      file: 'sort.mjs',
      content: BUCKET_SORT,
      says: /it fails on an input of a kind that is not shown/,
    },
    'rubbish for an answer': {
      file: 'sort.mjs',
      content: 'export const sort = () => "sorted"',
      says: /"sorted", expected a Float64Array/,
    },
  },
})
