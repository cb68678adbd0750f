import { existsSync, readFileSync } from 'node:fs'

/** What is mounted below a path: a container shows it, but "read-only" does not go down to it. */
export function listSubmounts(path: string): readonly string[] {
  const mounts = existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : ''
  return mounts
    .split('\n')
    .map((line) => decode(line.split(' ')[4] ?? ''))
    .filter((point) => point.startsWith(`${path}/`))
}

/** The kernel writes a blank as `\040`. */
function decode(text: string): string {
  return text.replace(/\\(\d{3})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
}
