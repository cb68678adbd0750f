import { readSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The candidate's process: sorts what comes in over the channel, sends back the outputs and then the inputs. */

const CHANNEL = 3

const { sort } = await import(pathToFileURL(process.argv[2]).href)
for (;;) {
  const [count, size] = receive(2)
  const inputs = Array.from({ length: count }, () => receive(size))
  const outputs = inputs.map(checkedSort)
  send(Float64Array.of(count))
  outputs.forEach(send)
  inputs.forEach(send)
}

function checkedSort(values) {
  const sorted = sort(values)
  if (!(sorted instanceof Float64Array)) throw new TypeError('sort must return a Float64Array')
  if (sorted.length !== values.length)
    throw new RangeError(`sort returned ${sorted.length} numbers for ${values.length}`)
  return sorted
}

function receive(count) {
  const bytes = new Uint8Array(count * 8)
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(CHANNEL, bytes, at, bytes.length - at, null)
    if (read === 0) process.exit()
    at += read
  }
  return new Float64Array(bytes.buffer)
}

function send(numbers) {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  for (let at = 0; at < bytes.length; ) at += writeSync(CHANNEL, bytes, at)
}
