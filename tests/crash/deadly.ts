import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { z } from 'zod'

/**
 * Loaded before avo (`node --import`), it counts everything that the process does to the world: writes, flushes, renames,
 * removals, programs that it starts. At the moment that `AVO_CRASH` names it kills the process, as `kill -9` does, so that
 * a crash can be put between any two effects and the same one be had again.
 */
export const crashSchema = z.object({
  /** Counted from 1: all effects, or those whose call and arguments this expression matches. */
  nth: z.int().positive(),
  matching: z.string().optional(),
  /**
   * `before` and `after` the effect; `torn`: with half of it on the disk; `power`: before it, and all that was not flushed is
   * lost; `full`: from there on the disk has no room.
   */
  how: z.enum(['before', 'after', 'torn', 'power', 'full']),
})

export type Crash = z.infer<typeof crashSchema>

const crash = crashSchema.parse(JSON.parse(process.env['AVO_CRASH'] ?? '{"nth":1000000000,"how":"before"}'))

const pattern = crash.matching === undefined ? undefined : new RegExp(crash.matching)

let effects = 0
let isFull = false

/** Bytes that are safe, of files that are only appended to. */
const flushed = new Map<string, number>()

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing may happen any more.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  throw new Error('unreachable')
}

function cutPower(): never {
  for (const [file, bytes] of flushed) if (fs.existsSync(file)) fs.truncateSync(file, bytes)
  return die()
}

/** Whether this effect is the one. */
function isMoment(name: string, args: readonly unknown[]): boolean {
  if (pattern !== undefined && !pattern.test(describe(name, args))) return false
  effects += 1
  return effects === crash.nth
}

function describe(name: string, args: readonly unknown[]): string {
  const texts = args.map((arg) => {
    if (Buffer.isBuffer(arg)) return arg.toString()
    if (typeof arg === 'number') return pathOf(arg)
    return Array.isArray(arg) ? arg.join(' ') : typeof arg === 'string' ? arg : ''
  })
  return [name, ...texts].join(' ')
}

function pathOf(descriptor: number): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

function noSpace(name: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', errno: -28 })
}

const WRITES = new Set([
  'writeSync',
  'writeFileSync',
  'writeFile',
  'copyFile',
  'mkdir',
  'mkdirSync',
  'mkdtemp',
])

type Call = (...args: unknown[]) => unknown

function wrap(owner: object, name: string): void {
  const original: unknown = Reflect.get(owner, name)
  if (typeof original !== 'function') throw new Error(`there is no ${name}`)
  const call: Call = (...args) => Reflect.apply(original, owner, args)
  Reflect.set(owner, name, (...args: unknown[]) => {
    const [descriptor, data] = args
    if (isMoment(name, args)) {
      if (crash.how === 'before') die()
      if (crash.how === 'power') cutPower()
      if (crash.how === 'torn') {
        if (name === 'writeSync' && Buffer.isBuffer(data)) call(descriptor, data.subarray(0, data.length / 2))
        die()
      }
      if (crash.how === 'full') isFull = true
      if (crash.how === 'after') {
        const done = call(...args)
        if (done instanceof Promise) return done.finally(die)
        return die()
      }
    }
    if (isFull && WRITES.has(name)) {
      if (name === 'writeSync' && Buffer.isBuffer(data))
        return call(descriptor, data.subarray(0, data.length / 2))
      if (name.endsWith('Sync')) throw noSpace(name)
      return Promise.reject(noSpace(name))
    }
    noteFlushes(name, descriptor)
    return call(...args)
  })
}

function noteFlushes(name: string, descriptor: unknown): void {
  if (typeof descriptor !== 'number') return
  const file = pathOf(descriptor)
  if (!file.endsWith('.jsonl')) return
  const { size } = fs.fstatSync(descriptor)
  if (name === 'fdatasyncSync') flushed.set(file, size)
  else if (!flushed.has(file)) flushed.set(file, size)
}

const SYNC = [
  'writeSync',
  'writeFileSync',
  'fdatasyncSync',
  'fsyncSync',
  'renameSync',
  'linkSync',
  'rmSync',
  'mkdirSync',
]
for (const name of SYNC) wrap(fs, name)
for (const name of ['writeFile', 'rename', 'rm', 'mkdir', 'mkdtemp', 'copyFile', 'chmod'])
  wrap(fs.promises, name)
wrap(childProcess, 'spawn')
syncBuiltinESMExports()

if (process.env['AVO_COUNT'] !== undefined)
  process.on('exit', () => fs.appendFileSync(process.env['AVO_COUNT'] ?? '', `${effects}\n`))
