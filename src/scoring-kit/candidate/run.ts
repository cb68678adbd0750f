/**
 * The candidate's own process: `node run.ts DATA_DIRECTORY PROGRAM`. It loads the program and answers on descriptor 4 what
 * comes in on descriptor 3. The candidate has this process to itself and may forge all that is said here: the kit believes
 * nothing of it but plain data, and checks that.
 */
import process from 'node:process'
import type { Program } from '../process/program.ts'
import { describeThrown } from './describe-thrown.ts'
import { openKitChannel } from './kit-channel.ts'
import { loadProgram } from './load-program.ts'

const [dataDirectory = '', programText = ''] = process.argv.slice(2)
const program: Program = JSON.parse(programText)
const name = 'function' in program ? program.function : 'the command'
const channel = openKitChannel(dataDirectory)

const call = await loadProgram(program).catch((error: unknown) => {
  channel.send({ id: 'ready', failed: describeThrown(error, name) }, null)
  process.exit(1)
})
channel.send({ id: 'ready' }, null)

let argument: unknown = null
let echo: unknown = null
for (;;) {
  const { fields, value } = channel.receive()
  const { id, operation, keep } = fields
  try {
    if ('echo' in program) answerAgain(id, operation, value)
    else channel.send({ id }, await perform(operation, value, keep === true))
  } catch (error) {
    channel.send({ id, failed: describeThrown(error, name) }, null)
  }
}

async function perform(operation: unknown, value: unknown, keep: boolean): Promise<unknown> {
  if (operation === 'argument') return argument
  argument = keep ? value : null
  return await call(value)
}

/** An echo answers what it was told to, again and again. */
function answerAgain(id: unknown, operation: unknown, value: unknown): void {
  if (operation !== 'echo') {
    channel.sendAgain({ id }, echo)
    return
  }
  echo = value
  channel.send({ id }, echo)
}
