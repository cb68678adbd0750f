import { stringify } from 'yaml'

/** A value as YAML on one line. */
export function toInlineYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim()
}
