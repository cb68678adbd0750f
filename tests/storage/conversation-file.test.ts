import { appendFile, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Conversation, missingResults } from '../../src/agent/conversation.ts'
import type { Message, ToolCallBlock } from '../../src/model/model.ts'
import { openConversation } from '../../src/storage/conversation-file.ts'
import { memoryConversation } from '../memory-conversation.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const ASKED: Message = { role: 'user', content: [{ type: 'text', text: 'make it faster' }] }
const REPLIED: Message = {
  role: 'assistant',
  content: [
    { type: 'opaque', provider: 'anthropic', value: { signature: 'x', nested: [1, null] } },
    call('1'),
    { ...call('2'), input: '{"path": ', malformed: 'Unexpected end of JSON input' },
  ],
}

function call(id: string): ToolCallBlock {
  return { type: 'tool_call', id, name: 'read_file', input: { path: 'a', lines: [1, 2] } }
}

function result(id: string): Message {
  return { role: 'user', content: [{ type: 'tool_result', id, text: 'done', failed: false }] }
}

function describeConversation(name: string, open: () => Promise<Conversation>): void {
  describe(`${name} as a conversation`, () => {
    it('grows at its end and can be replaced', async () => {
      const conversation = await open()
      expect(conversation.messages).toEqual([])
      conversation.append(ASKED)
      conversation.append(REPLIED)
      expect(conversation.messages).toEqual([ASKED, REPLIED])
      conversation.replace([ASKED])
      conversation.append(result('1'))
      expect(conversation.messages).toEqual([ASKED, result('1')])
      conversation.replace(conversation.messages.slice(1))
      expect(conversation.messages).toEqual([result('1')])
    })
  })
}

describeConversation('memoryConversation()', async () => memoryConversation())
describeConversation('openConversation()', async () => openConversation(await conversationFile()))

describe('a conversation in a file', () => {
  it('is the same after a restart, blocks of providers untouched', async () => {
    const file = await conversationFile()
    const conversation = await openConversation(file)
    conversation.append(ASKED)
    conversation.replace([ASKED, REPLIED])
    conversation.append(result('1'))
    expect((await openConversation(file)).messages).toEqual([ASKED, REPLIED, result('1')])
    expect(await readdir(dirname(file))).toEqual(['conversation.jsonl'])
  })

  it('drops a last message that was torn', async () => {
    const file = await conversationFile()
    const conversation = await openConversation(file)
    conversation.append(ASKED)
    conversation.close()
    await appendFile(file, JSON.stringify(REPLIED).slice(0, 40))
    const again = await openConversation(file)
    expect(again.messages).toEqual([ASKED])
    again.append(REPLIED)
    expect((await openConversation(file)).messages).toEqual([ASKED, REPLIED])
  })

  it('says which line is not a message', async () => {
    const file = await conversationFile()
    await appendFile(file, `${JSON.stringify(ASKED)}\n{"role":"user","content":[{"type":"tool_call"}]}\n`)
    await expect(openConversation(file)).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/conversation\.jsonl:2/),
    })
    expect(await readFile(file, 'utf8')).toContain('tool_call')
  })
})

describe('missing results', () => {
  it.each<[string, Message[], string[]]>([
    ['nothing was said', [], []],
    ['no call was made', [ASKED, { role: 'assistant', content: [{ type: 'text', text: 'hm' }] }], []],
    ['the process was killed before the first call', [ASKED, REPLIED], ['1', '2']],
    ['the process was killed between two calls', [ASKED, REPLIED, result('1')], ['2']],
    ['all calls were answered', [REPLIED, result('2'), result('1')], []],
    ['only an earlier reply had calls', [REPLIED, result('1'), { role: 'assistant', content: [] }], []],
  ])('when %s', (_case, messages, ids) => {
    expect(missingResults(messages).map(({ id }) => id)).toEqual(ids)
  })
})

async function conversationFile(): Promise<string> {
  return join(await temporaryDirectory(), 'conversation.jsonl')
}
