import { createProgram } from './program.mjs'
import { NAMES, widthOf } from './riscv.mjs'

/**
 * The programs that a core runs, as memory images. Registers have other numbers in every image, data lies elsewhere and is
 * never the same; which way the four that count go does not depend on it, so that their cycles are the same every time.
 */

/** Matrices of 3 × 3 small numbers, multiplied by adding and shifting. */
function multiplyMatrices(random) {
  const p = createProgram(random)
  const { data } = p
  for (let index = 0; index < 18; index++) p.write(data + 4 * index, random.integer(-128, 127))
  p.set('a', data)
  p.set('c', data + 72)
  p.loop('row', 3, () => {
    p.set('b', data + 36)
    p.loop('column', 3, () => {
      p.emit('addi', 'sum', 'zero', 0)
      p.emit('addi', 'x', 'a', 0)
      p.emit('addi', 'y', 'b', 0)
      p.loop('inner', 3, () => {
        p.emit('lw', 'left', 'x', 0)
        p.emit('lw', 'right', 'y', 0)
        p.jump('jal', 'link', 'multiply')
        p.emit('add', 'sum', 'sum', 'product')
        p.emit('addi', 'x', 'x', 4)
        p.emit('addi', 'y', 'y', 12)
      })
      p.emit('sw', 'sum', 'c', 0)
      p.emit('addi', 'c', 'c', 4)
      p.emit('addi', 'b', 'b', 4)
    })
    p.emit('addi', 'a', 'a', 12)
  })
  p.jump('jal', 'zero', 'over')
  p.label('multiply')
  p.emit('addi', 'product', 'zero', 0)
  p.loop('bits', 8, () => {
    p.emit('andi', 'chosen', 'right', 1)
    p.emit('sub', 'chosen', 'zero', 'chosen')
    p.emit('and', 'chosen', 'chosen', 'left')
    p.emit('add', 'product', 'product', 'chosen')
    p.emit('slli', 'left', 'left', 1)
    p.emit('srai', 'right', 'right', 1)
  })
  p.emit('jalr', 'zero', 'link', 0)
  p.label('over')
  return p.finish()
}

/** Numbers put into order by exchanges that are made without a branch. */
function sortNumbers(random) {
  const size = 10
  const p = createProgram(random)
  for (let index = 0; index < size; index++)
    p.write(p.data + 4 * index, random.integer(-(2 ** 31), 2 ** 31 - 1))
  p.loop('pass', size - 1, () => {
    p.set('at', p.data)
    p.loop('left', size - 1, () => {
      p.emit('lw', 'one', 'at', 0)
      p.emit('lw', 'two', 'at', 4)
      p.emit('slt', 'swap', 'two', 'one')
      p.emit('sub', 'swap', 'zero', 'swap')
      p.emit('xor', 'change', 'one', 'two')
      p.emit('and', 'change', 'change', 'swap')
      p.emit('xor', 'one', 'one', 'change')
      p.emit('xor', 'two', 'two', 'change')
      p.emit('sw', 'one', 'at', 0)
      p.emit('sw', 'two', 'at', 4)
      p.emit('addi', 'at', 'at', 4)
    })
  })
  return p.finish()
}

/** The CRC-32 of some bytes, bit by bit. */
function checkSum(random) {
  const size = 12
  const p = createProgram(random)
  for (let index = 0; index < size; index += 4)
    p.write(p.data + index, random.integer(-(2 ** 31), 2 ** 31 - 1))
  p.set('at', p.data)
  p.set('polynomial', 0xedb88320)
  p.emit('addi', 'crc', 'zero', -1)
  p.loop('bytes', size, () => {
    p.emit('lbu', 'byte', 'at', 0)
    p.emit('xor', 'crc', 'crc', 'byte')
    p.loop('bits', 8, () => {
      p.emit('andi', 'bit', 'crc', 1)
      p.emit('sub', 'bit', 'zero', 'bit')
      p.emit('and', 'bit', 'bit', 'polynomial')
      p.emit('srli', 'crc', 'crc', 1)
      p.emit('xor', 'crc', 'crc', 'bit')
    })
    p.emit('addi', 'at', 'at', 1)
  })
  p.emit('xori', 'crc', 'crc', -1)
  p.set('at', p.data + 64)
  p.emit('sw', 'crc', 'at', 0)
  return p.finish()
}

/** Pixels of 5, 6 and 5 bits taken apart and put together as bytes: shifts by many places, halves and bytes. */
function unpackPixels(random) {
  const size = 24
  const p = createProgram(random)
  for (let index = 0; index < size; index += 2)
    p.write(p.data + 2 * index, random.integer(-(2 ** 31), 2 ** 31 - 1))
  p.set('at', p.data)
  p.set('to', p.data + 256)
  p.loop('pixels', size, () => {
    p.emit('lhu', 'pixel', 'at', 0)
    for (const [offset, right, mask, left] of [
      [0, 11, 31, 3],
      [1, 5, 63, 2],
      [2, 0, 31, 3],
    ]) {
      p.emit('srli', 'part', 'pixel', right)
      p.emit('andi', 'part', 'part', mask)
      p.emit('slli', 'part', 'part', left)
      p.emit('sb', 'part', 'to', offset)
    }
    p.emit('lh', 'pixel', 'at', 0)
    p.emit('srai', 'pixel', 'pixel', 15)
    p.emit('sh', 'pixel', 'to', 4)
    p.emit('addi', 'at', 'at', 2)
    p.emit('addi', 'to', 'to', 8)
  })
  return p.finish()
}

/** The programs that count. */
export const BENCHMARKS = { multiplyMatrices, sortNumbers, checkSum, unpackPixels }

/**
 * Every instruction with numbers that tell it from every other: of both signs, alike, extreme, and seen by nobody. All that comes
 * out is stored. Far ways and far places are what `createFarProgram` is for.
 */
export function createEveryInstruction(random) {
  const p = createProgram(random)
  const negative = () => random.integer(-(2 ** 31), -(2 ** 30))
  const positive = () => random.integer(2 ** 30, 2 ** 31 - 1)
  const places = () => random.integer(1, 31)
  const base = p.data + 1024
  let stored = 0
  const show = (name) => p.emit('sw', name, 'base', 64 + 4 * stored++)
  p.jumpTo(sameWord(random, p.pc + 12))
  p.set('base', sameWord(random, base))

  const alike = negative()
  const pairs = [
    [negative(), places()],
    [positive(), negative()],
    [negative(), positive()],
    [alike, alike],
    [-(2 ** 31), -1],
    [2 ** 31 - 1, 1],
    [0, positive()],
  ]
  for (const [a, b] of random.shuffle(pairs)) {
    p.set('a', a)
    p.set('b', b)
    for (const name of NAMES.operations) {
      p.emit(name, 'result', 'a', 'b')
      show('result')
    }
    for (const name of NAMES.branches) {
      const label = `past ${stored}`
      p.emit('addi', 'mark', 'zero', 0)
      p.jump(name, 'a', 'b', label)
      p.emit('addi', 'mark', 'mark', 1)
      p.label(label)
      show('mark')
    }
  }

  const immediates = [
    [negative(), places()],
    [positive(), random.integer(-2048, -1)],
    [negative(), random.integer(-2048, -1)],
    [positive(), random.integer(1024, 2047)],
    [negative(), random.integer(1024, 2047)],
  ]
  for (const [a, immediate] of random.shuffle(immediates)) {
    p.set('a', a)
    for (const name of NAMES.immediates) {
      p.emit(name, 'result', 'a', immediate)
      show('result')
    }
  }

  for (const [offset, sign] of [
    [-8, 0x80808080],
    [-4, 0],
    [0, 0x00800080],
    [4, 0x80008000],
  ]) {
    p.write(base + offset, (random.integer(0, 2 ** 31 - 1) & 0x7f7f7f7f) | sign)
    p.set('a', negative())
    for (const name of NAMES.loads)
      for (let at = offset; at < offset + 4; at += widthOf(name)) {
        p.emit(name, 'result', 'base', at)
        show('result')
      }
    for (const name of NAMES.stores)
      for (let at = offset; at < offset + 4; at += widthOf(name)) p.emit(name, 'a', 'base', at)
  }

  for (const name of ['lui', 'auipc'])
    for (const upper of [random.integer(0, 0x7ffff), random.integer(0x80000, 0xfffff)]) {
      p.emit(name, 'result', upper)
      show('result')
    }
  p.jump('jal', 'link', 'past a jump')
  show('base')
  p.label('past a jump')
  show('link')
  // To an odd address, from and into the same register: the lowest bit is dropped, and the target is read first.
  p.emit('auipc', 'link', 0)
  p.emit('jalr', 'link', 'link', 13)
  show('base')
  show('link')
  p.emit('addi', 'zero', 'base', 1)
  p.emit('lw', 'zero', 'base', 0)
  show('zero')
  return p.finish()
}

/** Instructions as they come, of every kind and anywhere, with jumps forward; in the end all registers are stored. */
export function createRandomProgram(random, length) {
  const p = createProgram(random)
  const names = Array.from({ length: 28 }, (_, index) => `r${index}`)
  const any = () => random.pick([...names, 'zero'])
  // Extreme numbers show what ordinary ones don't.
  const number = () =>
    random.pick([random.integer(-(2 ** 31), 2 ** 31 - 1), random.integer(-3, 3), -(2 ** 31), 2 ** 31 - 1])
  const middle = p.data + 64
  for (let offset = -2048; offset < 2048; offset += 4) p.write(middle + offset, number())
  // The data lie below, and the longest program ends before memory does.
  p.jumpTo(sameWord(random, random.integer(0x2000, 0x27ff) * 4))
  for (const name of random.shuffle([...names])) p.set(name, number())
  p.set('base', sameWord(random, middle))
  /** A few places, so that what is stored is loaded again, or any at all. */
  const offset = (name) =>
    random.pick([random.integer(-16, 15), random.integer(-2048, 2047)]) & -widthOf(name)

  const forward = (jump) => {
    const label = `forward ${forward.count++}`
    jump(label)
    for (let skipped = random.integer(0, 3); skipped > 0; skipped--)
      p.emit('addi', random.pick(names), any(), 1)
    p.label(label)
  }
  forward.count = 0
  const kinds = [
    () => p.emit(random.pick(NAMES.operations), any(), any(), any()),
    () => p.emit(random.pick(NAMES.immediates), any(), any(), random.integer(-2048, 2047)),
    () => p.emit(random.pick(['lui', 'auipc']), any(), random.integer(0, 0xfffff)),
    () => {
      const name = random.pick(NAMES.loads)
      p.emit(name, any(), 'base', offset(name))
    },
    () => {
      const name = random.pick(NAMES.stores)
      p.emit(name, any(), 'base', offset(name))
    },
    () => forward((label) => p.jump(random.pick(NAMES.branches), any(), any(), label)),
    () => {
      const same = any()
      forward((label) => p.jump(random.pick(NAMES.branches), same, same, label))
    },
    () => forward((label) => p.jump('jal', random.pick(names), label)),
    () => {
      // An odd address: the lowest bit is dropped. An instruction is passed over, or none.
      const name = random.pick(names)
      const distance = 13 + 4 * random.integer(0, 1)
      const part = random.integer(distance - 2047, 2047)
      p.emit('auipc', name, 0)
      p.emit('addi', name, name, part)
      p.emit('jalr', random.pick([...names, 'zero']), name, distance - part)
      p.emit('addi', any(), any(), 2)
    },
    () =>
      p.loop('times', random.integer(1, 3), () => p.emit(random.pick(NAMES.operations), any(), any(), any())),
  ]
  for (let count = 0; count < length; count++) random.pick(kinds)()
  for (const [index, name] of [...names, 'base', 'zero'].entries())
    p.emit('sw', name, 'base', 256 + 4 * index)
  return p.finish()
}

/** An address of the same word and byte, which memory can't tell apart: a store there ends no program. */
function sameWord(random, address) {
  return random.integer(1, 0x7ffe) * 0x10000 + address
}
