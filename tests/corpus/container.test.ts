import { describeActions } from './describe-actions.ts'
import { describeCandidates } from './describe-candidates.ts'

await describeCandidates('container')
await describeActions('container')
