import { expect, test } from 'vitest'
import { describeBackends } from './backends.ts'

/** Numbers of `add_key`; what Node calls the architecture. */
const ADD_KEY: Readonly<Record<string, number>> = { x64: 248, arm64: 217 }
/** The same call as a program of 32 bits makes it. */
const INTERRUPT =
  'int main(void) { long r = 286; __asm__ volatile("int $0x80" : "+a"(r)); return r == -38 ? 0 : 1; }'
const SESSION_KEYRING = -3
const NEVER = new AbortController().signal

await describeBackends(
  'keys that the kernel holds',
  ['bubblewrap', 'container'],
  ({ sandbox, directory }) => {
    const call = `ctypes.CDLL(None).syscall(${ADD_KEY[process.arch]}, b'user', b'avo', b'x', 1, ${SESSION_KEYRING})`

    test.runIf(process.arch in ADD_KEY)('can be neither read nor left for the next command', async () => {
      const argv = ['python3', '-c', `import ctypes; print(${call})`] as const
      expect(await sandbox.exec({ argv, cwd: directory, timeoutSeconds: 30 }, NEVER)).toMatchObject({
        exitCode: 0,
        stdout: '-1\n',
      })
    })

    test.runIf(process.arch === 'x64')('nor by the way of 32 bits', async () => {
      const script = `echo '${INTERRUPT}' >call.c && gcc -o call call.c && ./call`
      const argv = ['/bin/sh', '-c', script] as const
      expect(await sandbox.exec({ argv, cwd: directory, timeoutSeconds: 30 }, NEVER)).toMatchObject({
        exitCode: 0,
      })
    })
  },
)
