/**
 * Reads what yosys made of a core: a list of look-up tables, carries, flip-flops and block RAMs of an iCE40. Nothing else can be
 * in it, and that is why nothing in a candidate's Verilog can print, stop, look around or answer in a simulation only.
 */

/** What each kind of cell counts. */
export const AREA = { lut: 1, carry: 1, flipFlop: 1, ram: 64 }

const PORTS = { clk: 1, reset: 1, address: 32, write_data: 32, write_mask: 4, read_data: 32 }
const FLIP_FLOP = /^SB_DFF(N?)(E?)(SR|SS|R|S)?$/

/** What is wrong with a design, in words for its author. */
export class DesignMistake extends Error {}

/** The parts of a netlist, by what they do; wires are numbers, 0 is always 0 and 1 always 1. */
export function readNetlist(text) {
  const { modules = {} } = JSON.parse(text)
  const module = modules.core ?? fail('there is no module core')
  const ports = Object.fromEntries(
    Object.entries(PORTS).map(([name, width]) => {
      const bits = module.ports[name]?.bits ?? fail(`the module core has no port ${name}`)
      if (bits.length !== width) fail(`the port ${name} has ${bits.length} bits, not ${width}`)
      return [name, bits.map(toWire)]
    }),
  )
  const parts = { luts: [], carries: [], flipFlops: [], rams: [] }
  const [clock] = ports.clk
  for (const [name, cell] of Object.entries(module.cells)) addCell(parts, name, cell, clock)
  const { luts, carries, flipFlops, rams } = parts
  demandSingleDrivers(parts, ports)
  const area =
    AREA.lut * luts.length +
    AREA.carry * carries.length +
    AREA.flipFlop * flipFlops.length +
    AREA.ram * rams.length
  return { ...parts, ports, area }
}

function addCell(parts, name, { type, parameters, connections }, clock) {
  const wire = (port, otherwise = '0') => toWire((connections[port] ?? [])[0] ?? otherwise)
  const wires = (port, width, otherwise = '0') =>
    Array.from({ length: width }, (_, index) => toWire((connections[port] ?? [])[index] ?? otherwise))
  const demandClock = (port) => {
    if (wire(port) !== clock) fail(`${name.slice(0, 100)} is driven by another clock than clk`)
  }
  const flipFlop = FLIP_FLOP.exec(type)
  if (type === 'SB_LUT4')
    parts.luts.push({
      inputs: ['I0', 'I1', 'I2', 'I3'].map((port) => wire(port)),
      output: wire('O'),
      table: Number.parseInt(parameters.LUT_INIT, 2) & 0xffff,
    })
  else if (type === 'SB_CARRY')
    parts.carries.push({ inputs: ['I0', 'I1', 'CI'].map((port) => wire(port)), output: wire('CO') })
  else if (flipFlop !== null) {
    const [, falling, enabled, set = ''] = flipFlop
    if (falling) fail('a register changes at the falling edge of clk: only the rising one can be used')
    if (set === 'R' || set === 'S') fail('a register has an asynchronous reset: reset it at the edge of clk')
    demandClock('C')
    parts.flipFlops.push({
      input: wire('D'),
      output: wire('Q'),
      enable: enabled ? wire('E', '1') : 1,
      set: set === '' ? 0 : wire(set.at(-1)),
      setTo: set === 'SS' ? 1 : 0,
    })
  } else if (type === 'SB_RAM40_4K') {
    for (const port of ['RCLK', 'WCLK']) demandClock(port)
    parts.rams.push({
      readMode: Number.parseInt(parameters.READ_MODE ?? '0', 2),
      writeMode: Number.parseInt(parameters.WRITE_MODE ?? '0', 2),
      read: {
        address: wires('RADDR', 11),
        enables: [wire('RE'), wire('RCLKE', '1')],
        output: wires('RDATA', 16, null),
      },
      write: {
        address: wires('WADDR', 11),
        enables: [wire('WE'), wire('WCLKE', '1')],
        mask: wires('MASK', 16),
        data: wires('WDATA', 16),
      },
      content: readContent(parameters),
    })
  } else fail(`there is a cell of the kind ${type.slice(0, 100)}, which is no part of a core`)
}

/** 256 words of 16 bits, as the design says that they are at the beginning. */
function readContent(parameters) {
  const words = new Uint16Array(256)
  for (let part = 0; part < 16; part++) {
    const bits = parameters[`INIT_${part.toString(16).toUpperCase()}`] ?? ''
    for (let word = 0; word < 16 && 16 * word < bits.length; word++) {
      const end = bits.length - 16 * word
      words[16 * part + word] = Number.parseInt(
        bits.slice(Math.max(0, end - 16), end).replaceAll(/[^01]/g, '0'),
        2,
      )
    }
  }
  return words
}

/** The number of a wire; -1 where an output leads nowhere. What is not driven, or not known, is 0. */
function toWire(bit) {
  if (bit === null) return -1
  if (typeof bit === 'number') return bit
  return bit === '1' ? 1 : 0
}

/** A wire that two things drive has no value, and one that drives a constant or an input changes what is not its own. */
function demandSingleDrivers({ luts, carries, flipFlops, rams }, ports) {
  const driven = new Set([0, 1])
  const outputs = [
    ...[...luts, ...carries, ...flipFlops].map(({ output }) => output),
    ...rams.flatMap(({ read }) => read.output),
  ]
  for (const wire of [...ports.clk, ...ports.reset, ...ports.read_data, ...outputs]) {
    if (wire === -1) continue
    if (driven.has(wire)) fail('a wire is driven twice')
    driven.add(wire)
  }
}

function fail(message) {
  throw new DesignMistake(message)
}
