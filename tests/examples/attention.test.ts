import { program } from '../requires.ts'
import { describeExample } from './describe-example.ts'

/** One measurement each: the first steps gain much, and the gate has tests of its own. */
const QUICK = ['--set', 'gate.policy=single']

describeExample({
  name: 'attention',
  needs: [program('gcc', 'apt-get install gcc'), program('python3', 'apt-get install python3')],
  attempts: 2,
  expectsVersions: true,
  run: QUICK,
  broken: {
    'no C': {
      file: 'attention.c',
      content: (seed) => seed.replace('float total = 0;', 'float total = nothing;'),
      says: /it can't be built: python3 build\.py ended with exit code 1\nattention\.c: In function[\s\S]*‘?nothing.? undeclared/,
    },
    'a header that is not there': {
      file: 'attention.c',
      content: (seed) => `#include <cblas-of-nobody.h>\n${seed}`,
      says: /cblas-of-nobody\.h: No such file or directory/,
    },
    'a flag that is none': {
      file: 'build.py',
      content: (seed) => seed.replace('"-O1"', '"-fsuch-flag-of-nobody"'),
      says: /-fsuch-flag-of-nobody/,
    },
    'a function of another name': {
      file: 'attention.c',
      content: (seed) => seed.replace('void attention(', 'void attend('),
      says: /libattention\.so has no function attention that can be called: .*undefined symbol: attention/,
    },
    'no library': {
      file: 'build.py',
      content: 'print("built")\n',
      says: /libattention\.so.*cannot open shared object file/,
    },
    'a crash': {
      file: 'attention.c',
      content: (seed) =>
        seed.replace('float *weights = malloc(length * sizeof *weights);', 'float *weights = 0;'),
      says: /its process was ended by SIGSEGV/,
    },
    'sums without the largest score': {
      file: 'attention.c',
      content: (seed) => seed.replace('exp(weights[j] - largest)', 'exp(weights[j])'),
      says: /wrong output: row \d+ of head \d+, column 0: NaN, expected/,
    },
    'whole blocks only': {
      file: 'attention.c',
      content: (seed) =>
        seed.replace('i + 1 : length;', 'i + 1 : length < 128 ? length : length / 128 * 128;'),
      says: /it fails on an input of a kind that is not shown/,
    },
    'no more room than the lengths that count need': {
      file: 'attention.c',
      content: (seed) =>
        seed
          .replace('float *weights = malloc(length * sizeof *weights);', 'static float weights[1024];')
          .replace('free(weights);', ''),
      says: /it fails on an input of a kind that is not shown/,
    },
    'half the precision': {
      file: 'attention.c',
      content: (seed) => seed.replace('sum / total;', '(float)((int)(sum / total * 512)) / 512;'),
      says: /wrong output: row \d+ of head \d+/,
    },
  },
})
