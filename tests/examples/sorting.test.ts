import { describeExample } from './describe-example.ts'

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
    'rubbish for an answer': {
      file: 'sort.mjs',
      content: 'export const sort = () => "sorted"',
      says: /"sorted", expected a Float64Array/,
    },
  },
})
