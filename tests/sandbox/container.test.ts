import { describeBackends } from './backends.ts'
import { describeSandbox } from './describe-sandbox.ts'

await describeBackends('what every sandbox does', ['container'], describeSandbox, { processes: 500 })
