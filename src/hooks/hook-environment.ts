import { PROVIDERS } from '../model/providers.ts'

/**
 * What a hook's environment is: the person's own, because what a hook tells somebody else takes the person's addresses and
 * tokens, less the keys of the model's providers, which are the harness's. `keys` are those that avo.yaml gives.
 */
export function hookEnvironment(
  own: NodeJS.ProcessEnv,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  const variables = new Set(Object.values(PROVIDERS).map(({ keyVariable }) => keyVariable))
  const secrets = new Set(keys.map((key) => key.trim()))
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(own))
    if (value !== undefined && !variables.has(name) && !secrets.has(value.trim())) kept[name] = value
  return kept
}
