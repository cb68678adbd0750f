import { AvoError } from '../errors.ts'
import { type Connection, nameOf } from './connection.ts'

/**
 * How hard the model is to think, in the words that its provider knows.
 *
 * @throws {AvoError} `config` for another word.
 */
export function parseEffort<Effort extends string>(
  connection: Connection,
  known: readonly Effort[],
): Effort | undefined {
  if (connection.effort === undefined) return undefined
  const effort = known.find((word) => word === connection.effort)
  if (effort !== undefined) return effort
  throw new AvoError(
    'config',
    `${nameOf(connection)} knows no effort "${connection.effort}"`,
    `Set llm.effort to one of ${known.join(', ')}.`,
  )
}
