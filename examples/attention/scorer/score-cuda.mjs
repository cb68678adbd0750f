import { scoreCandidate } from 'avo/scoring'
import { checkOutput, countWork, HOLDOUT, listConfigurations, makeInput } from './attention.mjs'

/** f: GFLOP/s of the forward pass on a GPU, at four lengths, with and without a causal mask; copies there and back are part of it. */

await scoreCandidate({
  candidate: { build: ['python3', 'build.py'], library: 'libattention.so', function: 'attention' },
  needs: ['python3', 'nvcc'],
  configurations: listConfigurations(8_192, [1_024, 2_048, 4_096, 8_192]),
  holdout: { ...HOLDOUT, 'longer than any that counts here': { length: 9_001, heads: 1, causal: true } },

  input: makeInput,
  check: checkOutput,
  work: countWork,

  channel: 'subtracted',
  timeoutSeconds: 20,
  startTimeoutSeconds: 120,
})
