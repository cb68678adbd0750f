import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { describeSandbox } from './describe-sandbox.ts'

describeSandbox('process', createProcessSandbox)
