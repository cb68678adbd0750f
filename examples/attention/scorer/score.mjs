import { scoreCandidate } from 'avo/scoring'
import { checkOutput, countWork, HOLDOUT, listConfigurations, makeInput } from './attention.mjs'

/** f: GFLOP/s of the forward pass on the CPU, at four lengths, with and without a causal mask. */

await scoreCandidate({
  candidate: { build: ['python3', 'build.py'], library: 'libattention.so', function: 'attention' },
  needs: ['python3', ['gcc', 'clang']],
  configurations: listConfigurations(1_024, [128, 256, 512, 1_024]),
  holdout: HOLDOUT,

  input: makeInput,
  check: checkOutput,
  work: countWork,

  channel: 'subtracted',
  samples: 3,
  budgetSeconds: 0.3,
  timeoutSeconds: 5,
  startTimeoutSeconds: 30,
})
