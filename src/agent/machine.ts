import { arch, availableParallelism, cpus, networkInterfaces, release, totalmem, type } from 'node:os'

const GIB = 1024 ** 3

/** The machine in a sentence, for an agent that writes fast programs for it: cores, processor, memory, system, network. */
export function describeMachine(): string {
  const processor = cpus()[0]?.model.trim() || arch()
  const memoryGib = Math.round((10 * availableBytes()) / GIB) / 10
  const system = `${type()} ${release()} on ${arch()}`
  return `${availableParallelism()} cores (${processor}), ${memoryGib} GiB of memory, ${system}; ${describeNetwork()}.`
}

/** A container may have less than the machine. */
function availableBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

function describeNetwork(): string {
  const isUp = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ internal }) => !internal),
  )
  return isUp ? 'it has a network, which may not reach the internet' : 'it has no network'
}
