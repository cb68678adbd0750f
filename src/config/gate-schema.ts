import { z } from 'zod'
import { numberAbove, numberFrom, oneOf, section, text, wholeNumber } from './fields.ts'

const VETO = 'a fraction such as 0.03, off, or a list of the configurations that may get worse'
const BOUND = 'a score, or configurations with a score each'

/** `gate` in avo.yaml. */
export const gateSchema = section({
  policy: oneOf(['auto', 'exact', 'paired', 'single'])
    .default('auto')
    .describe(
      'How it is measured: auto finds out whether the scorer is noisy and takes exact or paired; exact believes one run; paired measures solution and best version in turns until the evidence convinces; single measures them once, and the commit says that it is unconfirmed.',
    ),
  alpha: numberAbove(0, 0.5)
    .default(0.02)
    .describe('Chance that a solution which is no better convinces, however often one looks.'),
  min_gain: numberFrom(0)
    .default(0)
    .describe('Least gain that becomes a version, as a fraction; what is within the noise never does.'),
  max_rounds: wholeNumber(1)
    .default(30)
    .describe('Rounds after which a solution that does not convince is rejected; 1 is the policy single.'),
  confirm_rounds: wholeNumber(2)
    .default(5)
    .describe('Fresh rounds after a solution has convinced; the recorded gain is theirs.'),
  budget_seconds: numberAbove(0)
    .optional()
    .describe(
      'About how long one verdict may take; where that is too short for evidence, versions are marked as unconfirmed.',
    )
    .meta({ example: 600 }),
  veto: z
    .union(
      [
        numberAbove(0, 0.99),
        z.preprocess((value) => (value === false ? 'off' : value), z.literal('off', VETO)),
        z.array(text()),
      ],
      VETO,
    )
    .default(0.03)
    .describe(
      'What a configuration may lose against the best that it ever had (more where its own noise is more): a fraction, off, or a list of configurations that may lose anything, with 0.03 for the rest.',
    ),
  bound: z
    .union([numberAbove(0), z.record(text(), numberAbove(0))], BOUND)
    .optional()
    .describe(
      'A score that no honest solution passes: one for all configurations, or configurations with one each. A solution that passes it is measured again at length and marked.',
    )
    .meta({ example: 1e9 }),
})
