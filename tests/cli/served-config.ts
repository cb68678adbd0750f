import type { LLMock } from '@copilotkit/aimock'

/** avo.yaml of the number task with an agent that a server plays, and with other keys. */
export function servedConfig({ url }: LLMock, keys: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    project_name: 'number',
    llm: { provider: 'custom', model: 'played', base_url: `${url}/v1`, price: { input: 1, output: 2 } },
    scorer: { command: ['sh', 'score.sh'] },
    ...keys,
  })
}
