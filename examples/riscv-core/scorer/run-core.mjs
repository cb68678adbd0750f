import { createCircuit } from './circuit.mjs'
import { freshRandom } from './fresh-random.mjs'
import { END, MEMORY_WORDS, toStore, write } from './riscv.mjs'

/** Before the reset a core is given anything at all, so that it needs one. */
const MOST_EARLIER_CYCLES = 60
const RESET_CYCLES = 4
/** A core that takes longer for an instruction is stuck. */
const MAX_CYCLES_PER_INSTRUCTION = 100

/**
 * Runs a memory image on a core, beside what the golden model says that it stores. Gives the cycles from the end of the reset to
 * the store that ends the program, and what went wrong, or null.
 */
export function runCore(netlist, image, { stores, instructions }) {
  const circuit = createCircuit(netlist)
  for (let cycle = freshRandom.integer(20, MOST_EARLIER_CYCLES); cycle > 0; cycle--) {
    circuit.write('reset', 0)
    circuit.write('read_data', freshRandom.integer(-(2 ** 31), 2 ** 31 - 1))
    circuit.settle()
    circuit.tick()
  }
  const memory = Int32Array.from(image)
  let done = 0
  let word = 0
  const limit = RESET_CYCLES + MAX_CYCLES_PER_INSTRUCTION * instructions
  for (let cycle = 0; cycle < limit; cycle++) {
    const isReset = cycle < RESET_CYCLES
    circuit.write('reset', isReset ? 1 : 0)
    circuit.write('read_data', word)
    circuit.settle()
    const address = circuit.read('address') >>> 0
    const mask = circuit.read('write_mask')
    word = memory[(address >>> 2) % MEMORY_WORDS]
    if (mask !== 0 && !isReset) {
      const store = toStore(address, circuit.read('write_data'), mask)
      const mistake = compare(store, stores[done], done)
      if (mistake !== null) return { cycles: cycle, mistake }
      done++
      if (store.word >= END) return { cycles: cycle + 1 - RESET_CYCLES, mistake: null }
      write(memory, store)
    }
    circuit.tick()
  }
  return {
    cycles: limit,
    mistake: `it made ${done} of ${stores.length} stores, and then none for a long time`,
  }
}

function compare(found, expected, number) {
  const isSame = found.word === expected.word && found.mask === expected.mask && found.data === expected.data
  return isSame ? null : `store ${number + 1} is ${render(found)}, expected ${render(expected)}`
}

function render({ word, mask, data }) {
  const hex = (value) => `0x${value.toString(16).padStart(8, '0')}`
  return `${hex(data)} to ${hex(word)} with mask ${mask.toString(2).padStart(4, '0')}`
}
