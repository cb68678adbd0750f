import { END, encode, MEMORY_WORDS } from './riscv.mjs'

/** Writes a program, instruction by instruction, with labels, and the data that it works on. */
export function createProgram(random) {
  const [...numbers] = random.shuffle(Array.from({ length: 31 }, (_, index) => index + 1))
  const registers = new Map()
  const labels = new Map()
  const patches = []
  /** Where the next instruction comes; it has more bits than memory has bytes, which wraps around. */
  let pc = 0
  const data = 0x4000 + 4 * random.integer(0, 0x800)
  const memory = new Int32Array(MEMORY_WORDS)

  const program = {
    data,
    /** The number of the register that has this name here; `zero` is register 0. */
    register(name) {
      if (name === 'zero') return 0
      if (!registers.has(name)) registers.set(name, numbers.pop())
      return registers.get(name)
    },
    /** A number in a register. */
    set(name, value) {
      const low = (value << 20) >> 20
      program.emit('lui', name, ((value - low) >>> 12) & 0xfffff)
      program.emit('addi', name, name, low)
    },
    emit(operation, ...operands) {
      const words = operands.map((operand) =>
        typeof operand === 'string' ? program.register(operand) : operand,
      )
      program.put(encode(operation, ...words))
    },
    /** The word of an instruction. */
    put(word) {
      program.write(pc, word)
      pc = (pc + 4) | 0
    },
    /** Goes on writing at another place, without a jump to it. */
    moveTo(place) {
      pc = place | 0
    },
    /** A jump to any place, which takes 3 words, and goes on writing there. It may be to an odd address: the lowest bit is dropped. */
    jumpTo(place, link = 'zero', immediate = 0) {
      program.set('place', place + random.integer(0, 1) - immediate)
      program.emit('jalr', link, 'place', immediate)
      program.moveTo(place)
    },
    get pc() {
      return pc
    },
    label(name) {
      labels.set(name, pc)
    },
    /** A branch, or `jal` with one operand, to a label. */
    jump(operation, ...operands) {
      const label = operands.pop()
      patches.push({
        at: pc,
        operation,
        operands: operands.map((name) => program.register(name)),
        label,
      })
      program.put(0)
    },
    /** Counts a register down to 0. */
    loop(counter, times, body) {
      program.set(counter, times)
      const label = `loop ${pc}`
      program.label(label)
      body()
      program.emit('addi', counter, counter, -1)
      program.jump('bne', counter, 'zero', label)
    },
    write(address, value) {
      memory[(address >>> 2) % MEMORY_WORDS] = value
    },
    /** The image, with the end of the program. */
    finish() {
      const offset = 4 * random.integer(-512, 511)
      program.set('place', END - offset)
      program.emit('sw', 'zero', 'place', offset)
      for (const { at, operation, operands, label } of patches)
        program.write(at, encode(operation, ...operands, labels.get(label) - at))
      return memory
    },
  }
  return program
}
