import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { describeConfig } from '../../src/config/describe-config.ts'
import { configSchema } from '../../src/config/schema.ts'
import { renderConfigTemplate } from '../../src/config/template.ts'

const defaults = configSchema.parse({})

test('the template means the same as an empty file', () => {
  expect(configSchema.parse(parse(renderConfigTemplate()))).toEqual(defaults)
})

test('the template is right as well with every key that it has commented out', () => {
  const everything = renderConfigTemplate().replace(/^( *)# (\w+: )/gm, '$1$2')
  const parsed = configSchema.parse(parse(everything))
  for (const { key } of describeConfig()) expect(at(parsed, key), key).toBeDefined()
})

test('every key is described, with its default', () => {
  const table = describeConfig()
  for (const { key, default: shown, sentence } of table) {
    expect(sentence, key).toMatch(/^[A-Zf].*\.$/)
    expect(shown === '' ? undefined : parse(shown), key).toEqual(at(defaults, key))
  }
  const pythonAvo =
    'project_name workspace_dir solution_file seed_file max_versions max_wall_time_hours max_agent_steps_per_variation llm.provider llm.model llm.api_key llm.base_url llm.temperature llm.max_tokens llm.timeout supervisor.enabled supervisor.max_failed_attempts supervisor.stall_window supervisor.cycle_detection_window supervisor.redirect_with_llm knowledge_base_dir scoring_module scoring_class git_persist log_dir log_level verbose'
  expect(table.map(({ key }) => key)).toEqual(expect.arrayContaining(pythonAvo.split(' ')))
})

function at(value: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (parent, step) =>
        typeof parent === 'object' && parent !== null ? Reflect.get(parent, step) : undefined,
      value,
    )
}
