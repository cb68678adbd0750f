import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { firstDifference } from '../../src/scoring-kit/difference.ts'
import { PYTHON_KIT_DIRECTORY } from '../../src/scoring-kit/kit-directory.ts'

const f64 = (...values: number[]) => Float64Array.from(values)

test.each([
  [[1, [2, { a: null }]], [1, [2, { a: null }]], {}],
  [0, -0, {}],
  [Number.NaN, Number.NaN, {}],
  [f64(1, Number.NaN, Number.POSITIVE_INFINITY), f64(1, Number.NaN, Number.POSITIVE_INFINITY), {}],
  [1, 1.1, { absolute: 0.11 }],
  [-1000, -1001, { relative: 0.001 }],
  [Buffer.from('a'), new Uint8Array([97]), {}],
])('%j and %j are the same', (expected, output, tolerance) => {
  expect(firstDifference(expected, output, tolerance)).toBeNull()
})

test.each([
  [1, '1', {}, '"1", expected 1'],
  [1, true, {}, 'true, expected 1'],
  [[1, 2], [1], {}, '1 elements, expected 2'],
  [[], {}, {}, 'an object, expected a list of 0'],
  [[1], f64(1), {}, 'a Float64Array of 1, expected a list of 1'],
  [f64(1), new Float32Array([1]), {}, 'a Float32Array of 1, expected a Float64Array of 1'],
  [f64(1, 2), f64(1), {}, 'a Float64Array of 1, expected a Float64Array of 2'],
  [{ x: [f64(1, 2)] }, { x: [f64(1, 3)] }, {}, 'at .x[0][1]: 3, expected 2'],
  [{ a: 1 }, { a: 1, b: 2 }, {}, 'there is a "b", which was not expected'],
  [{ a: 1 }, { b: 1 }, {}, 'there is no "a"'],
  // What compares as equal, or as near, and is not right.
  [1, Number.NaN, { absolute: Number.POSITIVE_INFINITY }, 'NaN, expected 1'],
  [Number.NaN, 1, { absolute: 1e9 }, '1, expected NaN'],
  [Number.POSITIVE_INFINITY, 5, { relative: 1 }, '5, expected Infinity'],
  [5, Number.POSITIVE_INFINITY, { relative: 1e308 }, 'Infinity, expected 5'],
  [null, undefined, {}, 'undefined, expected null'],
])('%j is not %j', (expected, output, tolerance, words) => {
  expect(firstDifference(expected, output, tolerance)).toBe(words)
})

test('Python says the same', () => {
  const script = `
import json, math
from array import array
from avo_scoring import first_difference as d
d64 = lambda *values: array("d", values)
print(json.dumps([
    d([1, (2, {"a": None})], [1, [2, {"a": None}]]), d(0.0, -0.0), d(1, 1.0), d(math.nan, math.nan),
    d(d64(1, math.nan), d64(1, math.nan)), d(1, 1.1, absolute=0.11), d(-1000, -1001, relative=0.001), d(b"a", bytearray(b"a")),
    d(1, "1"), d(1, True), d([1, 2], [1]), d([1], d64(1)), d(d64(1), array("f", [1])), d({"x": [d64(1, 2)]}, {"x": [d64(1, 3)]}),
    d({"a": 1}, {"a": 1, "b": 2}), d({"a": 1}, {"b": 1}), d(1, math.nan, absolute=math.inf), d(math.nan, 1, absolute=1e9),
    d(math.inf, 5, relative=1), d(5, math.inf, relative=1e307), d(d64(1, 2), d64(1, math.nan), relative=1),
]))`
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', script], {
    env: { ...process.env, PYTHONPATH: PYTHON_KIT_DIRECTORY },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([
    ...Array(8).fill(null),
    "'1', expected 1",
    'True, expected 1',
    '1 elements, expected 2',
    'float64 of 1, expected a list of 1',
    'float32 of 1, expected float64 of 1',
    'at .x[0][1]: 3.0, expected 2.0',
    'there is a "b", which was not expected',
    'there is no "a"',
    'nan, expected 1',
    '1, expected nan',
    '5, expected inf',
    'inf, expected 5',
    'at [1]: nan, expected 2.0',
  ])
})
