import { expect, test } from 'vitest'
import { RunHalt } from '../../src/halt.ts'
import type { ModelClient } from '../../src/model/model.ts'
import { createModelChain } from '../../src/model/model-chain.ts'
import { ModelError } from '../../src/model/model-error.ts'
import { scriptedModel, toReply } from '../scripted-model.ts'
import { ask } from './describe-model.ts'

const never = new AbortController().signal

/** A model that says its name, or throws what it is given. */
function named(name: string, thrown?: Error): ModelClient {
  return {
    ...scriptedModel([]),
    name,
    contextTokens: name.length * 1000,
    priceOf: () => name.length,
    async respond() {
      if (thrown !== undefined) throw thrown
      return toReply({ text: name }, 1)
    },
  }
}

async function answer(chain: ModelClient): Promise<unknown> {
  const { message } = await chain.respond(ask('hello'), never)
  return message.content[0]
}

test.each([
  ['is retired', new ModelError('model-retired', 'model: first')],
  ['has no credit', new ModelError('model-quota', 'insufficient quota')],
  ['was given up', new RunHalt({ kind: 'paused', message: 'gone for 12 h' })],
])('the next one answers when one %s, for the rest of the session', async (_, thrown) => {
  const replaced: string[][] = []
  const chain = createModelChain([named('first', thrown), named('other')], (...names) => replaced.push(names))
  expect([
    chain.name,
    chain.contextTokens,
    chain.priceOf({ inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }),
  ]).toEqual(['first', 5000, 5])
  expect(await answer(chain)).toEqual({ type: 'text', text: 'other' })
  expect(await answer(chain)).toEqual({ type: 'text', text: 'other' })
  expect(replaced).toEqual([['first', 'other', thrown.message]])
  expect(chain.name).toBe('other')
})

test.each([
  new ModelError('model-auth', 'wrong key'),
  new ModelError('model-context-overflow', 'too long'),
  new RunHalt({ kind: 'max-cost', message: 'enough' }),
  new Error('a defect'),
])('%s is nothing that another model would mend', async (thrown) => {
  const chain = createModelChain([named('first', thrown), named('other')], () => undefined)
  await expect(chain.respond(ask('hello'), never)).rejects.toBe(thrown)
  expect(chain.name).toBe('first')
})

test('where none is left, the last failure is passed on', async () => {
  const last = new ModelError('model-quota', 'no credit here either')
  const chain = createModelChain(
    [named('first', new ModelError('model-retired', 'gone')), named('other', last)],
    () => undefined,
  )
  await expect(chain.respond(ask('hello'), never)).rejects.toBe(last)
})

test('a price is known where all have one', () => {
  const priceless = { ...named('other'), priced: false }
  expect(createModelChain([named('first'), priceless], () => undefined).priced).toBe(false)
})

test('others are used from the next call on', async () => {
  const chain = createModelChain([named('first'), named('other')], () => undefined)
  chain.use([named('third')], 'as the person says')
  expect(await answer(chain)).toEqual({ type: 'text', text: 'third' })
})
