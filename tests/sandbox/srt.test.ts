import { describeBackends } from './backends.ts'
import { describeSandbox } from './describe-sandbox.ts'

await describeBackends('what every sandbox does', ['srt'], describeSandbox, { processes: 500 })
