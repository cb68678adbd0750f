import { scoreCandidate } from 'avo/scoring'
import { createFarProgram } from './far-program.mjs'
import { freshRandom } from './fresh-random.mjs'
import { DesignMistake, readNetlist } from './netlist.mjs'
import { BENCHMARKS, createEveryInstruction, createRandomProgram } from './programs.mjs'
import { execute } from './riscv.mjs'
import { runCore } from './run-core.mjs'

/** f: a thousand million, divided by the cycles of a program and the cells of the core, for each of four programs. */

const SYNTHESIS = 'read_verilog -sv *.v; synth_ice40 -top core -json netlist.json'
/** Beside each program that counts, some that nobody has seen: every instruction by itself, every distance, and so many with all in a row. */
const RANDOM_PROGRAMS = 3
const RANDOM_LENGTH = 60
const UNSEEN = [
  createEveryInstruction,
  createFarProgram,
  ...Array.from({ length: RANDOM_PROGRAMS }, () => (random) => createRandomProgram(random, RANDOM_LENGTH)),
]

/** By program, what a core is worth in the run that was checked last: no other is scored. */
const worth = new Map()

await scoreCandidate({
  // What is built is the netlist, and all that the candidate's process does is to hand it over.
  candidate: { build: ['yosys', '-q', '-p', SYNTHESIS], command: ['cat', 'netlist.json'] },
  configurations: {
    'matrices multiplied': BENCHMARKS.multiplyMatrices,
    'numbers sorted': BENCHMARKS.sortNumbers,
    'check sum': BENCHMARKS.checkSum,
    'pixels unpacked': BENCHMARKS.unpackPixels,
  },
  holdout: { 'instructions as they come': (random) => createRandomProgram(random, 1_000) },

  input: () => '',
  check: (create, _, text) => {
    try {
      const netlist = readNetlist(text)
      const { mistake, cycles } = runImage(netlist, create(freshRandom))
      if (mistake !== null) return mistake
      for (const createUnseen of UNSEEN) {
        const found = runImage(netlist, createUnseen(freshRandom)).mistake
        if (found !== null) return `instructions as they come: ${found}`
      }
      worth.set(create, 1e9 / (cycles * netlist.area))
      return true
    } catch (error) {
      if (error instanceof DesignMistake) return error.message
      throw error
    }
  },
  value: (create) => worth.get(create),
  // No core of this kind has fewer than 200 cells, and without a second memory none does more than an instruction in a cycle.
  plausible: (create) => [0, 1e9 / (execute(create(freshRandom)).instructions * 200)],

  startTimeoutSeconds: 120,
  maxOutputBytes: 32 * 1024 * 1024,
})

function runImage(netlist, image) {
  return runCore(netlist, image, execute(image))
}
