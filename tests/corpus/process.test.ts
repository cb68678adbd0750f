import { describeCandidates } from './describe-corpus.ts'

await describeCandidates('process')
