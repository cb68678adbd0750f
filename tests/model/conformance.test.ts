import { anthropicProtocol } from './anthropic-protocol.ts'
import { chatProtocol } from './chat-protocol.ts'
import { describeModel } from './describe-model.ts'
import { responsesProtocol } from './responses-protocol.ts'

describeModel('Anthropic, Messages', anthropicProtocol)
describeModel('OpenAI, Responses', responsesProtocol)
describeModel('OpenAI at another address, Chat Completions', chatProtocol('openai', 'gpt-6-astra'))
describeModel('Ollama, Chat Completions', chatProtocol('ollama', 'gpt-oss:20b'))
