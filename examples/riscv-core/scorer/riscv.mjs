/** RV32I without FENCE, ECALL, EBREAK and CSRs: how instructions are written, and what they do. */

/** Words of memory. It wraps around: of an address only the lower bits matter, but for the highest one, with which a store ends a program. */
export const MEMORY_WORDS = 16_384
export const END = 0x8000_0000

const BRANCHES = { beq: 0, bne: 1, blt: 4, bge: 5, bltu: 6, bgeu: 7 }
const LOADS = { lb: 0, lh: 1, lw: 2, lbu: 4, lhu: 5 }
const STORES = { sb: 0, sh: 1, sw: 2 }
const OPERATIONS = { add: 0, sll: 1, slt: 2, sltu: 3, xor: 4, srl: 5, or: 6, and: 7, sub: 0, sra: 5 }

/** Names of instructions by what they look like. */
export const NAMES = {
  branches: Object.keys(BRANCHES),
  loads: Object.keys(LOADS),
  stores: Object.keys(STORES),
  operations: Object.keys(OPERATIONS),
  immediates: ['addi', 'slli', 'slti', 'sltiu', 'xori', 'srli', 'srai', 'ori', 'andi'],
}

/** The bytes that a load or a store moves. */
export function widthOf(name) {
  return { b: 1, h: 2, w: 4 }[name[1]]
}

/** The word of an instruction. Branches and jumps take the distance in bytes. */
export function encode(name, ...[x, y, z]) {
  if (name in OPERATIONS) return operation(0x33, OPERATIONS[name], x, y, z, name === 'sub' || name === 'sra')
  const plain = name.replace('i', '')
  if (NAMES.immediates.includes(name)) {
    const kind = OPERATIONS[name === 'sltiu' ? 'sltu' : name === 'slti' ? 'slt' : name.slice(0, -1)]
    if (plain === 'sll' || name === 'srli' || name === 'srai')
      return operation(0x13, kind, x, y, z & 31, name === 'srai')
    return (((z & 0xfff) << 20) | (y << 15) | (kind << 12) | (x << 7) | 0x13) >>> 0
  }
  if (name in LOADS) return (((z & 0xfff) << 20) | (y << 15) | (LOADS[name] << 12) | (x << 7) | 0x03) >>> 0
  if (name === 'jalr') return (((z & 0xfff) << 20) | (y << 15) | (x << 7) | 0x67) >>> 0
  if (name in STORES)
    return (
      ((((z >> 5) & 0x7f) << 25) | (x << 20) | (y << 15) | (STORES[name] << 12) | ((z & 31) << 7) | 0x23) >>>
      0
    )
  if (name in BRANCHES)
    return (
      ((((z >> 12) & 1) << 31) |
        (((z >> 5) & 0x3f) << 25) |
        (y << 20) |
        (x << 15) |
        (BRANCHES[name] << 12) |
        (((z >> 1) & 15) << 8) |
        (((z >> 11) & 1) << 7) |
        0x63) >>>
      0
    )
  if (name === 'lui' || name === 'auipc') return ((y << 12) | (x << 7) | (name === 'lui' ? 0x37 : 0x17)) >>> 0
  if (name === 'jal')
    return (
      ((((y >> 20) & 1) << 31) |
        (((y >> 1) & 0x3ff) << 21) |
        (((y >> 11) & 1) << 20) |
        (((y >> 12) & 0xff) << 12) |
        (x << 7) |
        0x6f) >>>
      0
    )
  throw new TypeError(`there is no instruction ${name}`)
}

function operation(opcode, kind, target, a, b, isOther) {
  return (((isOther ? 0x20 : 0) << 25) | (b << 20) | (a << 15) | (kind << 12) | (target << 7) | opcode) >>> 0
}

/** What a store puts on the bus, as the golden model and a core must agree on it. */
export function toStore(address, data, mask) {
  const bytes = [0, 1, 2, 3].reduce((all, byte) => ((mask >> byte) & 1 ? all | (0xff << (8 * byte)) : all), 0)
  return { word: ((address >>> 2) << 2) >>> 0, mask, data: (data & bytes) >>> 0 }
}

/**
 * The golden model: runs a memory image from address 0 and gives all stores in order, the one that ends it included, and how many
 * instructions that took. Throws where a program does not end.
 */
export function execute(image, maxInstructions = 100_000) {
  const memory = Int32Array.from(image)
  const x = new Int32Array(32)
  const stores = []
  let pc = 0
  for (let count = 1; count <= maxInstructions; count++) {
    const word = memory[(pc >>> 2) % MEMORY_WORDS]
    const [kind, target, a, b] = [
      (word >> 12) & 7,
      (word >> 7) & 31,
      x[(word >> 15) & 31],
      x[(word >> 20) & 31],
    ]
    const immediate = word >> 20
    let next = (pc + 4) | 0
    let result = null
    switch (word & 0x7f) {
      case 0x37:
        result = word & 0xffff_f000
        break
      case 0x17:
        result = pc + (word & 0xffff_f000)
        break
      case 0x6f:
        result = next
        next =
          pc +
          (((word >> 31) << 20) |
            (word & 0xff000) |
            (((word >> 20) & 1) << 11) |
            (((word >> 21) & 0x3ff) << 1))
        break
      case 0x67:
        result = next
        next = (a + immediate) & ~1
        break
      case 0x63: {
        const offset =
          ((word >> 31) << 12) |
          (((word >> 7) & 1) << 11) |
          (((word >> 25) & 0x3f) << 5) |
          (((word >> 8) & 15) << 1)
        const holds = [a === b, null, null, null, a < b, null, a >>> 0 < b >>> 0, null][kind & 6]
        if (holds !== ((kind & 1) === 1)) next = pc + offset
        break
      }
      case 0x03: {
        const address = a + immediate
        const read = memory[(address >>> 2) % MEMORY_WORDS] >>> (8 * (address & 3))
        result = [(read << 24) >> 24, (read << 16) >> 16, read, null, read & 0xff, read & 0xffff][kind]
        break
      }
      case 0x23: {
        const address = (a + (((word >> 25) << 5) | target)) | 0
        const mask = (kind === 2 ? 15 : kind === 1 ? 3 : 1) << (address & 3)
        const store = toStore(address, kind === 2 ? b : b << (8 * (address & 3)), mask)
        stores.push(store)
        if (address < 0) return { stores, instructions: count }
        write(memory, store)
        break
      }
      case 0x13:
      case 0x33: {
        const isImmediate = (word & 0x20) === 0
        const c = isImmediate ? immediate : b
        const isOther = ((word >> 30) & 1) === 1
        result = [
          !isImmediate && isOther ? a - c : a + c,
          a << (c & 31),
          a < c ? 1 : 0,
          a >>> 0 < c >>> 0 ? 1 : 0,
          a ^ c,
          isOther ? a >> (c & 31) : a >>> (c & 31),
          a | c,
          a & c,
        ][kind]
        break
      }
      default:
        throw new Error(`no instruction at ${pc}`)
    }
    if (result !== null && target !== 0) x[target] = result
    pc = next | 0
  }
  throw new Error('a program does not end')
}

/** Puts the bytes of a store into memory. */
export function write(memory, { word, mask, data }) {
  const at = (word >>> 2) % MEMORY_WORDS
  for (let byte = 0; byte < 4; byte++)
    if ((mask >> byte) & 1) memory[at] = (memory[at] & ~(0xff << (8 * byte))) | (data & (0xff << (8 * byte)))
}
