/** What a scorer written by hand in JavaScript needs to start a candidate and to talk with it once. */
import { execFileSync } from 'node:child_process'
import { constants, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Socket } from 'node:net'
import { env } from 'node:process'
import { createInterface } from 'node:readline'

const broker = env.AVO_BROKER

/** The candidate's output, and how it ended. */
export async function run(session, argv, question = '') {
  mkdirSync(`${broker}/${session}`)
  execFileSync('mkfifo', [`${broker}/${session}/in`, `${broker}/${session}/out`])
  // A thread that waited in a read would keep this process from ending.
  const fd = openSync(`${broker}/replies`, constants.O_RDWR | constants.O_NONBLOCK)
  const replies = createInterface(new Socket({ fd }))[Symbol.asyncIterator]()
  const reply = async () => JSON.parse((await replies.next()).value)
  writeFileSync(`${broker}/requests`, `${JSON.stringify({ start: session, argv })}\n`)
  await reply()
  const stdin = await open(`${broker}/${session}/in`, 'w')
  await stdin.writeFile(question)
  await stdin.close()
  const stdout = await open(`${broker}/${session}/out`)
  const output = await stdout.readFile('utf8')
  await stdout.close()
  return { output, end: await reply() }
}
