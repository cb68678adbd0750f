import { describeBackends } from './backends.ts'
import { describeSandbox } from './describe-sandbox.ts'

await describeBackends('what every sandbox does', ['process'], describeSandbox, { processes: 500 })
