import { expect, test } from 'vitest'
import { cutMiddle, cutToHead, cutToTail, firstLine, renderApart, renderPercent } from '../src/text.ts'

const faces = '😀'.repeat(10)

test('no cut leaves half a character, wherever it falls', () => {
  for (let length = 2; length < faces.length; length++)
    for (const text of [
      cutMiddle(faces, length),
      cutToHead(faces, length),
      cutToTail(faces, length),
      firstLine(faces, length),
    ]) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toContain('\ufffd')
    }
})

test('half a character that was there before becomes a mark, also where nothing is cut', () => {
  for (const cut of [cutMiddle, cutToHead, cutToTail, firstLine]) expect(cut('a\ud83d', 10)).toBe('a\ufffd')
})

test('a cut says how much is missing', () => {
  expect(cutMiddle(faces, 9)).toBe('😀😀\n… 12 characters left out …\n😀😀')
  expect(cutToHead('abcdef', 4)).toBe('abcd [… 2 characters left out]')
  expect(cutMiddle('abc', 3)).toBe('abc')
})

test('the tail begins with a whole line, and has no colours', () => {
  expect(cutToTail('first line\nsecond\n\u001b[31mthird\u001b[0m\n', 25)).toBe('second\nthird')
  expect(cutToTail('one\ntwo\n', 100)).toBe('one\ntwo')
})

test('a small gain keeps two digits, and what the arithmetic makes of none is none', () => {
  const gains = [12, 0.034, 0.0021, 0.000015, -4.2e-9, 0, 2e-16]
  expect(gains.map(renderPercent)).toEqual([
    '+1,200%',
    '+3.4%',
    '+0.21%',
    '+0.0015%',
    '-4.2e-7%',
    '+0.0%',
    '+0.0%',
  ])
})

test('two numbers that are compared get the digits that tell them apart', () => {
  expect(renderApart(2.5, 2.6)).toEqual(['2.5', '2.6'])
  expect(renderApart(2.63173, 2.63169)).toEqual(['2.63173', '2.63169'])
  expect(renderApart(1 + 1e-11, 1)).toEqual(['1.00000000001', '1'])
  expect(renderApart(1 + 2 ** -52, 1)).toEqual(['1', '1'])
  expect(renderApart(457_384.2, 457_384.2)).toEqual(['457,384', '457,384'])
})
