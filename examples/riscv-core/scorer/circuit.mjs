import { DesignMistake } from './netlist.mjs'

/** Simulates a netlist, wire by wire: what is counted is what runs. */

/** By mode, how many of a RAM's 16 bits a word has, and which of the pins carry it. */
const RAM_MODES = [
  { words: 1, pins: (pin) => pin },
  { words: 2, pins: (pin) => 2 * Math.floor(pin / 2) },
  { words: 4, pins: (pin) => 4 * Math.floor(pin / 4) + 1 },
  { words: 8, pins: (pin) => 8 * Math.floor(pin / 8) + 3 },
]

/** A circuit after power-up: every register is 0. */
export function createCircuit({ luts, carries, flipFlops, rams, ports }) {
  const gates = inOrder([
    ...luts,
    // A carry is the majority of its inputs.
    ...carries.map(({ inputs, output }) => ({ inputs: [...inputs, 0], output, table: 0xe8e8 })),
  ])
  const wires = new Uint8Array(
    1 +
      Math.max(
        1,
        ...gates.map(({ output }) => output),
        ...listWires({ luts, carries, flipFlops, rams, ports }),
      ),
  )
  wires[1] = 1
  const inputs = Int32Array.from(gates.flatMap(({ inputs }) => inputs))
  const outputs = Int32Array.from(gates, ({ output }) => output)
  const tables = Int32Array.from(gates, ({ table }) => table)
  const next = new Uint8Array(flipFlops.length)
  const contents = rams.map(({ content }) => Uint16Array.from(content))

  /** Lets all gates come to rest. */
  function settle() {
    for (let gate = 0; gate < outputs.length; gate++) {
      const at = 4 * gate
      const row =
        wires[inputs[at]] |
        (wires[inputs[at + 1]] << 1) |
        (wires[inputs[at + 2]] << 2) |
        (wires[inputs[at + 3]] << 3)
      wires[outputs[gate]] = (tables[gate] >> row) & 1
    }
  }

  /** The rising edge of the clock: everything takes what lay there before it. */
  function tick() {
    for (let index = 0; index < next.length; index++) {
      const { input, output, enable, set, setTo } = flipFlops[index]
      next[index] = wires[enable] === 0 ? wires[output] : wires[set] === 1 ? setTo : wires[input]
    }
    const words = rams.map((ram, index) => readWord(ram, contents[index]))
    for (let index = 0; index < rams.length; index++) writeWord(rams[index], contents[index])
    for (let index = 0; index < next.length; index++) wires[flipFlops[index].output] = next[index]
    for (let index = 0; index < rams.length; index++) {
      const { output } = rams[index].read
      if (words[index] === null) continue
      for (let pin = 0; pin < 16; pin++) if (output[pin] >= 0) wires[output[pin]] = (words[index] >> pin) & 1
    }
  }

  function readWord({ read: { address, enables }, readMode }, content) {
    if (wires[enables[0]] === 0 || wires[enables[1]] === 0) return null
    const at = get(address)
    const { words, pins } = RAM_MODES[readMode]
    const stored = content[at & 255]
    let word = 0
    for (let bit = 0; bit < 16; bit++)
      if (bit % words === ((at >> 8) & (words - 1))) word |= ((stored >> bit) & 1) << pins(bit)
    return word
  }

  function writeWord({ write: { address, enables, mask, data }, writeMode }, content) {
    if (wires[enables[0]] === 0 || wires[enables[1]] === 0) return
    const at = get(address)
    const { words, pins } = RAM_MODES[writeMode]
    for (let bit = 0; bit < 16; bit++) {
      const isWritten = writeMode === 0 ? wires[mask[bit]] === 0 : bit % words === ((at >> 8) & (words - 1))
      if (!isWritten) continue
      content[at & 255] = (content[at & 255] & ~(1 << bit)) | (wires[data[pins(bit)]] << bit)
    }
  }

  function get(bus) {
    let value = 0
    for (let bit = 0; bit < bus.length; bit++) value |= wires[bus[bit]] << bit
    return value
  }

  return {
    /** The number on a port, as 32 bits with a sign. */
    read: (port) => get(ports[port]),
    write(port, value) {
      const bus = ports[port]
      for (let bit = 0; bit < bus.length; bit++) wires[bus[bit]] = (value >>> bit) & 1
    },
    settle,
    tick,
  }
}

/** Gates in an order in which every input is there before it is used. */
function inOrder(gates) {
  const driver = new Map(gates.map((gate) => [gate.output, gate]))
  const state = new Map()
  const order = []
  for (const root of gates) {
    const path = [{ gate: root, input: 0 }]
    while (path.length > 0) {
      const step = path.at(-1)
      if (step.input === 0) {
        if (state.get(step.gate) === 'done') {
          path.pop()
          continue
        }
        if (state.get(step.gate) === 'open')
          throw new DesignMistake('a signal depends on itself within one cycle')
        state.set(step.gate, 'open')
      }
      if (step.input === step.gate.inputs.length) {
        state.set(step.gate, 'done')
        order.push(step.gate)
        path.pop()
        continue
      }
      const before = driver.get(step.gate.inputs[step.input++])
      if (before !== undefined && state.get(before) !== 'done') path.push({ gate: before, input: 0 })
    }
  }
  return order
}

function listWires({ luts, carries, flipFlops, rams, ports }) {
  return [
    ...[...luts, ...carries].flatMap(({ inputs }) => inputs),
    ...flipFlops.flatMap(({ input, output, enable, set }) => [input, output, enable, set]),
    ...rams.flatMap(({ read, write }) => [
      ...read.address,
      ...read.enables,
      ...read.output,
      ...write.address,
      ...write.enables,
      ...write.mask,
      ...write.data,
    ]),
    ...Object.values(ports).flat(),
  ]
}
