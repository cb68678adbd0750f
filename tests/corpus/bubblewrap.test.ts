import { describeActions } from './describe-actions.ts'
import { describeCandidates } from './describe-candidates.ts'

await describeCandidates('bubblewrap')
await describeActions('bubblewrap')
