import { createProgram } from './program.mjs'
import { encode, MEMORY_WORDS, NAMES, widthOf } from './riscv.mjs'

/** A store that no program makes: who comes to where there is nothing is found out at once. */
const TRAP = encode('sw', 0, 0, 0)
/** The data are so many bytes on both sides of address 0, and in their middle is where a program begins. */
const AROUND = 256
/** Where the first instructions read how to go on. */
const WAY_ON = 8
/** The last word of memory, the first instructions, and that. */
const BEGINNING = [-4, 0, 4, WAY_ON]
/** The most words from where one jump ends to the next. */
const STOP_WORDS = 24
const STOP_BYTES = 4 * STOP_WORDS

/**
 * Jumps and taken branches from anywhere to anywhere, loads and stores at any address: every bit of a distance, of the program
 * counter and of an address is needed, and so is every carry. Memory wraps around, so that all bits of a program counter are
 * needed within 64 KiB. At each stop is stored where it is, and where it was come from.
 */
export function createFarProgram(random) {
  const p = createProgram(random)
  for (let word = 0; word < MEMORY_WORDS; word++) p.write(4 * word, TRAP)
  for (let address = -AROUND; address < AROUND; address += 4) p.write(address, anyNumber(random))
  const space = createSpace(random)
  const hops = listHops(random, space)

  p.emit('lw', 'place', 'zero', WAY_ON)
  p.emit('jalr', 'link', 'place', 0)
  // From there straight on to the beginning, or by a jump whose link is the beginning.
  p.write(-4, random.pick([encode('auipc', p.register('passed'), 0), encode('jal', p.register('passed'), 4)]))
  p.moveTo(space.take())
  p.write(WAY_ON, p.pc)
  p.set('less', random.integer(1, 2 ** 30))
  p.set('more', random.integer(2 ** 30 + 1, 2 ** 31 - 1))
  p.emit('auipc', 'back', 0)
  stopBy(p, random)

  for (const { from, words, to } of random.shuffle(hops)) {
    p.jumpTo(from ?? to, 'back', anyOffset(random))
    if (from !== undefined) p.emit(...words)
    p.moveTo(to)
    stopBy(p, random)
  }
  // From the last word of memory to the first, and on from there.
  for (const upper of random.shuffle([0x8000, 0, random.integer(0, 0xffff)])) {
    const to = space.take()
    p.set('data', to)
    p.emit('sw', 'data', 'zero', WAY_ON)
    p.jumpTo(upper * 0x10000 - 4, 'back', anyOffset(random))
    p.moveTo(to)
    stopBy(p, random, ['passed'])
  }
  return p.finish()
}

/** Shows where it is and where it was come from, and moves data from anywhere to anywhere. */
function stopBy(p, random, more = []) {
  p.emit('auipc', 'here', random.integer(0, 0xfffff))
  const load = random.pick(NAMES.loads)
  p.emit(load, 'data', 'base', setBase(p, random, random.integer(0, 0xffff))(load))
  const store = random.pick(NAMES.stores)
  const reach = setBase(p, random, random.pick([0x8000, 0x4000, random.integer(1, 0x7fff)]))
  p.emit(store, 'link', 'base', reach(store))
  for (const name of ['here', 'link', 'back', 'data', ...more]) p.emit('sw', name, 'base', reach('sw'))
}

/** Sets the base to a place from which all data can be reached; gives the offset to some of them. */
function setBase(p, random, upper) {
  const farthest = 2048 - AROUND
  const base = random.pick([-farthest, farthest, random.integer(-farthest, farthest)])
  p.set('base', upper * 0x10000 + base)
  // A store to an address with the highest bit would be the program's last.
  const end = upper === 0x8000 ? 0 : AROUND
  return (name) => {
    for (;;) {
      const address = random.integer(-AROUND, end - 1) & -widthOf(name)
      if (!BEGINNING.includes(address & -4)) return address - base
    }
  }
}

/** Every way to another place, as often as it takes to need all of its bits: with a distance and with its complement. */
function listHops(random, space) {
  const straight = Array.from({ length: 12 }, (_, index) => ({ to: space.takeBefore(15 - index) }))
  const jumps = Array.from({ length: 3 }, () => ({ words: ['jal', 'link'], bits: 21 }))
  const pairs = {
    beq: ['more', 'more'],
    bne: ['less', 'more'],
    blt: ['less', 'more'],
    bge: ['more', 'less'],
    bltu: ['less', 'more'],
    bgeu: ['more', 'less'],
  }
  const branches = NAMES.branches.map((name) => ({ words: [name, ...pairs[name]], bits: 13 }))
  const ways = [...jumps, ...branches].flatMap(({ words, bits }) => {
    const distance = anyDistance(random, bits)
    return [distance, ~distance & -4].map((each) => ({ words: [...words, each], ...space.takeBoth(each) }))
  })
  return [...straight, ...ways]
}

/** A distance of so many bits that does not lead back to where it is from, once round memory or not. */
function anyDistance(random, bits) {
  for (;;) {
    const distance = (anyNumber(random) >> (32 - bits)) & -4
    const within = distance & (4 * MEMORY_WORDS - 1)
    if (within > 2 * STOP_BYTES && within < 4 * MEMORY_WORDS - 2 * STOP_BYTES) return distance
  }
}

/** Memory in which nothing lies yet but the data. Places are given as program counters, of which memory sees the lower bits. */
function createSpace(random) {
  const taken = new Uint8Array(MEMORY_WORDS)
  const wordAt = (place) => (place >>> 2) % MEMORY_WORDS
  const take = (place, words) => {
    const all = Array.from({ length: words }, (_, index) => wordAt(place + 4 * index))
    if (all.some((word) => taken[word] === 1)) return false
    for (const word of all) taken[word] = 1
    return true
  }
  take(-AROUND, (2 * AROUND) / 4)

  /** The first of the places that come to mind at which there is room. */
  const find = (think) => {
    for (;;) {
      const place = think()
      if (take(place, STOP_WORDS)) return place
    }
  }
  return {
    take: () => find(() => anyNumber(random) & -4),
    /** A place from which it is not far to a multiple of a power of two. */
    takeBefore: (power) => find(() => ((anyNumber(random) | 1) << power) - 4 * random.integer(1, 8)),
    /** Two places at a distance, with a number between them whose lower bits are 0, often all or all but one. */
    takeBoth(distance) {
      for (;;) {
        const between = random.pick([0, 2 ** 31, anyNumber(random) & -4])
        const part = 4 * random.integer(1, Math.abs(distance) / 4)
        const from = (between + (distance > 0 ? -part : part - 4)) | 0
        const to = (from + distance) | 0
        if (take(to, STOP_WORDS) && take(from, 1)) return { from, to }
      }
    },
  }
}

const anyNumber = (random) => random.integer(-(2 ** 31), 2 ** 31 - 1)

const anyOffset = (random) => random.pick([-2048, -1, 2047, random.integer(-2048, 2047)])
