import type { Attack } from './attack.ts'
import { CHECK_ATTACKS } from './attacks/checks.ts'
import { CLOCK_ATTACKS } from './attacks/clock.ts'
import { HARDWARE_ATTACKS } from './attacks/hardware.ts'
import { INPUT_ATTACKS } from './attacks/inputs.ts'
import { PROCESS_ATTACKS } from './attacks/processes.ts'
import { RESULT_ATTACKS } from './attacks/results.ts'
import { STATE_ATTACKS } from './attacks/state.ts'

/** Every attack that is known, the ones that need least from a scorer first. */
export const ATTACKS: readonly Attack[] = [
  ...RESULT_ATTACKS,
  ...CLOCK_ATTACKS,
  ...CHECK_ATTACKS,
  ...INPUT_ATTACKS,
  ...STATE_ATTACKS,
  ...PROCESS_ATTACKS,
  ...HARDWARE_ATTACKS,
]
