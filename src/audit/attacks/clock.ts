import type { Attack } from '../attack.ts'
import { withDefinitions } from '../c.ts'
import { whenImported as whenImportedJavaScript } from '../javascript.ts'
import { whenImported } from '../python.ts'

/** Makes the clocks of a Python process slow, under whatever name a module knows them. */
export const SLOW_PYTHON_CLOCKS = `
import sys, time
clocks = {}
for name in "time perf_counter monotonic process_time thread_time".split():
    for suffix, unit in ("", float), ("_ns", int):
        real = getattr(time, name + suffix)
        started = real()
        clocks[id(real)] = lambda real=real, started=started, unit=unit: started + unit((real() - started) / 1000)
for module in list(sys.modules.values()):
    for name, value in list(vars(module).items()):
        if id(value) in clocks:
            setattr(module, name, clocks[id(value)])`

/** Makes the clocks of a Node process slow. */
export const SLOW_JAVASCRIPT_CLOCKS = `
const slow = (clock) => {
  const started = clock()
  return () => started + (typeof started === 'bigint' ? (clock() - started) / 1000n : (clock() - started) / 1000)
}
const { hrtime } = process
const bigint = slow(hrtime.bigint)
performance.now = slow(performance.now.bind(performance))
Date.now = slow(Date.now)
process.hrtime = (since = [0, 0]) => {
  const elapsed = bigint() - BigInt(since[0]) * 1000000000n - BigInt(since[1])
  return [Number(elapsed / 1000000000n), Number(elapsed % 1000000000n)]
}
process.hrtime.bigint = bigint`

/** Attacks on the time that the scorer measures. */
export const CLOCK_ATTACKS: readonly Attack[] = [
  {
    name: 'clock',
    family: 'tamper with the clock',
    does: 'makes every clock of its process a thousand times slower',
    advice: 'Measure in another process than the candidate’s: from the first byte sent to the last received.',
    proof: 'better',
    edits: {
      python: whenImported(SLOW_PYTHON_CLOCKS),
      javascript: whenImportedJavaScript(SLOW_JAVASCRIPT_CLOCKS),
      c: withDefinitions(`
#include <sys/time.h>
#ifdef __cplusplus
extern "C" {
#endif
__attribute__((weak)) int clock_gettime(clockid_t clock, struct timespec *now) AVO_THROW {
  long status = syscall(SYS_clock_gettime, clock, now);
  long long slow = (now->tv_sec % 100000 * 1000000000LL + now->tv_nsec) / 1000;
  now->tv_sec = slow / 1000000000;
  now->tv_nsec = slow % 1000000000;
  return (int)status;
}
__attribute__((weak)) clock_t clock(void) AVO_THROW {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * CLOCKS_PER_SEC + now.tv_nsec / (1000000000 / CLOCKS_PER_SEC);
}
#ifdef __cplusplus
}
#endif`),
    },
  },
]
