import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { program, requireAll, requireThat } from '../requires.ts'
import { makeTask } from '../task.ts'
import { describeExample } from './describe-example.ts'
import { ASSEMBLED } from './riscv-assembled.ts'

const YOSYS = program('yosys', 'apt-get install yosys')
const EXAMPLE = join(PACKAGE_ROOT, 'examples/riscv-core')

describeExample({
  name: 'riscv-core',
  needs: [YOSYS],
  attempts: 1,
  expectsVersions: true,
  broken: {
    'no Verilog': {
      file: 'core.v',
      content: (seed) => seed.replace('endmodule', 'end module'),
      says: /it can't be built: yosys [\s\S]*core\.v:\d+: ERROR: syntax error/,
    },
    'a module that is not there': {
      file: 'core.v',
      content: (seed) => seed.replace('endmodule', '  divider divider(clk);\nendmodule'),
      says: /Module `\\divider' .* is not part of the design/,
    },
    'a port that is missing': {
      file: 'core.v',
      content: (seed) => seed.replaceAll('write_mask', 'mask_of_writes'),
      says: /the module core has no port write_mask/,
    },
    'a signal that depends on itself': {
      file: 'core.v',
      content: (seed) =>
        seed
          .replace('computed = a ^ operand', 'computed = a ^ loaded ^ place')
          .replace('= a + (is_store', '= computed + (is_store'),
      says: /a signal depends on itself within one cycle|can't be built/,
    },
    'both edges of the clock': {
      file: 'core.v',
      content: (seed) => seed.replace('always @(posedge clk)\n    if', 'always @(negedge clk)\n    if'),
      says: /falling edge of clk/,
    },
    'a clock of its own': {
      file: 'core.v',
      content: (seed) => seed.replace('always @(posedge clk) begin', 'always @(posedge state[0]) begin'),
      says: /is driven by another clock than clk/,
    },
    'a shift that forgets the sign': {
      file: 'core.v',
      content: (seed) => seed.replace('instruction[30] && result[31]', "1'b0"),
      says: /wrong output: .*store \d+ is 0x[0-9a-f]{8} to 0x[0-9a-f]{8} with mask [01]{4}, expected/,
    },
    'jumps that only go forward, and not far': {
      file: 'core.v',
      content: (seed) =>
        seed.replace(/immediate_j = .*;/, "immediate_j = {24'b0, instruction[27:21], 1'b0};"),
      says: /wrong output: instructions as they come: .*(store \d+ is|made \d+ of \d+ stores)/,
    },
    'a program counter of 14 bits': {
      file: 'core.v',
      content: (seed) =>
        seed.replace('reg [31:0] pc, instruction', 'reg [13:0] pc;\n  reg [31:0] instruction'),
      says: /wrong output: instructions as they come: .*(store \d+ is|made \d+ of \d+ stores)/,
    },
    'a core that stands still': {
      file: 'core.v',
      content: (seed) => seed.replace('WRITE: state <= FETCH', 'WRITE: state <= WRITE'),
      says: /made 0 of \d+ stores, and then none for a long time/,
    },
  },
})

/** What the example's scorer is made of. */
const scorer = async (name: string) => import(join(EXAMPLE, 'scorer', name))
const storesSchema = z.object({
  stores: z.array(z.object({ word: z.number(), mask: z.number(), data: z.number() })),
  instructions: z.number(),
})

test('the golden model writes instructions as an assembler of somebody else’s does', async () => {
  const { encode } = await scorer('riscv.mjs')
  const hex = (word: number) => word.toString(16).padStart(8, '0')
  const own = ASSEMBLED.map(([text, words]) => `${text}: ${hex(encode(...words))}`)
  expect(own).toEqual(ASSEMBLED.map(([text, , word]) => `${text}: ${hex(word)}`))
})

/** Bits of a word that say which instruction it is, where they may be exchanged for those of its like. */
const LIKES: readonly (readonly [bits: number, names: readonly string[]])[] = [
  [0xfe00707f, ['add', 'sub', 'sll', 'slt', 'sltu', 'xor', 'srl', 'sra', 'or', 'and']],
  [0xfe00707f, ['slli', 'srli', 'srai']],
  [0x707f, ['addi', 'slti', 'sltiu', 'xori', 'ori', 'andi']],
  [0x707f, ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu']],
  [0x707f, ['lb', 'lh', 'lw', 'lbu', 'lhu']],
  [0x707f, ['sb', 'sh', 'sw']],
  [0x7f, ['lui', 'auipc']],
]

test('one program is enough to tell every instruction from each that is like it', async () => {
  const { createEveryInstruction } = await scorer('programs.mjs')
  const { freshRandom } = await scorer('fresh-random.mjs')
  const { encode, execute } = await scorer('riscv.mjs')
  const CODE_WORDS = 0x4000 / 4
  const outcome = (image: Int32Array): string => {
    try {
      return JSON.stringify(execute(image).stores)
    } catch {
      return 'no end'
    }
  }
  for (let times = 0; times < 10; times++) {
    const image: Int32Array = createEveryInstruction(freshRandom)
    const right = outcome(image)
    for (const [bits, names] of LIKES)
      for (const name of names)
        for (const other of names.filter((like) => like !== name)) {
          const [from, to] = [encode(name, 0, 0, 0) | 0, encode(other, 0, 0, 0) | 0]
          const wrong = image.map((word, at) =>
            at < CODE_WORDS && (word & bits) === from ? (word & ~bits) | to : word,
          )
          expect(outcome(wrong), `${name} that does what ${other} does`).not.toBe(right)
        }
  }
})

/** Instructions that go to, or reach for, another place: the bits that say which they are, and those that say how far. */
const REACHES: Readonly<Record<string, readonly [bits: number, names: readonly string[], distance: number]>> =
  {
    jal: [0x7f, ['jal'], 0xffdf_f000],
    jalr: [0x7f, ['jalr'], 0xfff0_0000],
    loads: [0x7f, ['lw'], 0xfff0_0000],
    stores: [0x7f, ['sw'], 0xfe00_0f80],
    auipc: [0x7f, ['auipc'], 0xffff_f000],
    branches: [0x707f, ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'], 0xfe00_0e80],
  }

test('one program is enough to need every bit of a distance', async () => {
  const { createFarProgram } = await scorer('far-program.mjs')
  const { freshRandom } = await scorer('fresh-random.mjs')
  const { encode, execute } = await scorer('riscv.mjs')
  const DATA = 256 / 4
  const outcome = (image: Int32Array): string => {
    try {
      return JSON.stringify(execute(image, 2_000).stores)
    } catch {
      return 'no end'
    }
  }
  for (let times = 0; times < 3; times++) {
    const image: Int32Array = createFarProgram(freshRandom)
    const right = outcome(image)
    for (const [kind, [bits, names, distance]] of Object.entries(REACHES))
      for (const name of names)
        for (let bit = 31; bit >= 0; bit--) {
          if (((distance >>> bit) & 1) === 0) continue
          const looksLike = encode(name, 0, 0, 0) & bits
          const force = (isSet: boolean) =>
            image.map((word, at) => {
              const isData = at >= 3 && (at < DATA || at >= image.length - DATA)
              if (isData || (word & bits) !== looksLike) return word
              return isSet ? word | (1 << bit) : word & ~(1 << bit)
            })
          expect(outcome(force(true)), `${kind}, ${name}: bit ${bit} is always 1`).not.toBe(right)
          expect(outcome(force(false)), `${kind}, ${name}: bit ${bit} is always 0`).not.toBe(right)
        }
    const words = storesSchema.parse(execute(image)).stores.map(({ word }) => word)
    for (let bit = 2; bit < 31; bit++)
      expect(new Set(words.map((word) => (word >>> bit) & 1)).size, `bit ${bit} of an address`).toBe(2)
  }
})

describe('the simulation of a netlist', () => {
  requireAll([YOSYS])
  requireThat(spawnSync('iverilog', ['-V']).status === 0, 'iverilog', 'apt-get install iverilog')

  test('makes the stores that a simulator of somebody else’s makes of the source, in as many cycles', async () => {
    const { readNetlist } = await scorer('netlist.mjs')
    const { runCore } = await scorer('run-core.mjs')
    const { createEveryInstruction, createRandomProgram, BENCHMARKS } = await scorer('programs.mjs')
    const { createFarProgram } = await scorer('far-program.mjs')
    const { freshRandom } = await scorer('fresh-random.mjs')
    const { execute } = await scorer('riscv.mjs')
    const directory = await makeTask({ 'test.v': TESTBENCH })
    const core = join(EXAMPLE, 'seed/core.v')
    const synthesis = `read_verilog -sv ${core}; synth_ice40 -top core -json netlist.json`
    execFileSync('yosys', ['-q', '-p', synthesis], {
      cwd: directory,
    })
    execFileSync('iverilog', ['-g2012', '-o', 'simulation', 'test.v', core], { cwd: directory })
    const netlist = readNetlist(readFileSync(join(directory, 'netlist.json'), 'utf8'))
    const unseen = [createEveryInstruction, createFarProgram, () => createRandomProgram(freshRandom, 200)]
    for (const create of [...Object.values(BENCHMARKS), ...unseen]) {
      if (typeof create !== 'function') throw new Error('a program is a function')
      const image: Int32Array = create(freshRandom)
      const golden = storesSchema.parse(execute(image))
      const own = runCore(netlist, image, golden)
      expect(own.mistake).toBeNull()
      writeFileSync(
        join(directory, 'image.hex'),
        [...image].map((word) => (word >>> 0).toString(16)).join('\n'),
      )
      const lines = execFileSync('vvp', ['-n', 'simulation'], { cwd: directory, encoding: 'utf8' })
        .trim()
        .split('\n')
      const expected = golden.stores.map(
        ({ word, mask }) => `${word.toString(16).padStart(8, '0')} ${mask.toString(2).padStart(4, '0')}`,
      )
      expect(lines.filter((line) => /^[0-9a-f]{8} [01]{4}$/.test(line))).toEqual(expected)
      expect(lines.find((line) => line.startsWith('cycles'))).toBe(`cycles ${own.cycles}`)
    }
  })
})

/** The bus as the brief describes it, in Verilog. */
const TESTBENCH = `module test;
  reg clk = 0, reset = 1;
  wire [31:0] address, write_data;
  wire [3:0] write_mask;
  reg [31:0] read_data = 0;
  reg [31:0] memory [0:16383];
  integer cycles = 0, byte_number;
  core core(clk, reset, address, write_data, write_mask, read_data);
  initial $readmemh("image.hex", memory);
  always #5 clk = !clk;
  initial begin
    repeat (4) @(negedge clk);
    reset = 0;
  end
  always @(negedge clk) if (!reset) #1 begin
    cycles = cycles + 1;
    if (write_mask != 0) begin
      $display("%h %b", {address[31:2], 2'b00}, write_mask);
      if (address[31]) begin
        $display("cycles %0d", cycles);
        $finish;
      end
    end
  end
  always @(posedge clk) begin
    read_data <= memory[address[15:2]];
    for (byte_number = 0; byte_number < 4; byte_number = byte_number + 1)
      if (!reset && write_mask[byte_number]) memory[address[15:2]][8 * byte_number +: 8] <= write_data[8 * byte_number +: 8];
  end
endmodule
`
