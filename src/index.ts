export type { Clock } from './clock.ts'
export { type RunReading, readRun } from './commands/inspect.ts'
export { type Evaluation, evaluateOnce } from './commands/measure-once.ts'
export { type Config, type Override, readConfig } from './config/config.ts'
export { AvoError, type ErrorCode } from './errors.ts'
export type { Event, RecordedEvent, Usage } from './events.ts'
export { type Evolution, evolve } from './evolve.ts'
export type { Journal, RunState } from './journal.ts'
export type { Lesson } from './lesson.ts'
export type { Lineage, Solution, Version, Workspace } from './lineage.ts'
export type {
  AssistantMessage,
  Message,
  ModelClient,
  ModelReply,
  ModelRequest,
  ToolDefinition,
  UserMessage,
} from './model/model.ts'
export { openRun, type Run, type RunOptions } from './run.ts'
export type { ConfigurationScore, CorrectScore, Direction, IncorrectScore, Score } from './score.ts'
export type { StopReason } from './stop.ts'
