import { expect, test } from 'vitest'
import { parseToolArguments, toArguments } from '../../src/model/tool-calls.ts'

test.each([
  ['{"path":"a.js"}', { path: 'a.js' }],
  ['', {}],
  [' \n', {}],
  ['null', {}],
])('%j are arguments', (text, input) => {
  expect(parseToolArguments(text, false)).toEqual({ input })
})

test.each(['[1]', '"a.js"', '7', '{"path":', "{'path': 1}"])(
  '%j are none, and can still be sent back',
  (text) => {
    const { input, malformed } = parseToolArguments(text, false)
    expect(input).toBe(text)
    expect(malformed).toMatch(/JSON/)
    expect(toArguments({ type: 'tool_call', id: 'a', name: 'b', input })).toEqual({
      malformed_arguments: text,
    })
  },
)
