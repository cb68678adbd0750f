import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HARNESS_MARK } from '../../src/sandbox/harness-mark.ts'

/** What lies around a run, and must be as it was when everything is over. */
export interface World {
  /** Absolute, links resolved. */
  readonly directory: string
  /** A person's home, with keys in it. */
  readonly home: string
  /** Somebody's files that are none of the run's business. */
  readonly canary: string
  /** In all that nobody may read. */
  readonly secret: string
  /** In the command line of what is left behind. */
  readonly mark: string
  /** A process of the person's, with a key in its environment. */
  readonly stranger: number
  /** The harness's own process. */
  readonly harness: number
  /** A server of this machine's. */
  readonly port: number
  /** Where the task's own files and the run's are, once there are any. */
  readonly task: string
  /** How often somebody reached the server. */
  connections(): number
  isStrangerAlive(): boolean
  close(): Promise<void>
}

/** Makes a world in a directory of its own. */
export async function createWorld(): Promise<World> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'avo-corpus-')))
  const secret = `secret-${randomUUID()}`
  const home = join(directory, 'home')
  const canary = join(directory, 'canary')
  const task = join(directory, 'task')
  write(home, {
    '.ssh/id_ed25519': secret,
    '.npmrc': `//registry.example/:_authToken=${secret}\n`,
    '.netrc': `machine example login me password ${secret}\n`,
    '.gitconfig': '[user]\n\tname = Somebody\n',
    '.profile': '# nothing\n',
  })
  write(canary, { 'notes.txt': secret, 'folder/more.txt': secret })
  mkdirSync(task)
  const server = createServer((socket) => socket.end(secret))
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    socket.on('error', () => {})
  })
  const port = await listen(server)
  const stranger = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], API_KEY: secret } })
  return {
    directory,
    home,
    canary,
    secret,
    task,
    port,
    mark: `left-${randomUUID()}`,
    stranger: stranger.pid ?? 0,
    harness: process.pid,
    connections: () => connections,
    isStrangerAlive: () => stranger.exitCode === null && stranger.signalCode === null,
    async close() {
      await end(stranger)
      await new Promise((resolve) => server.close(resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Writes files by their path. */
export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
}

/** Everything below a directory as lines: path, kind, mode, size, time of change and content. */
export function photograph(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => `${path} ${describeFile(join(directory, path))}`)
}

function describeFile(path: string): string {
  const found = lstatSync(path)
  if (found.isDirectory()) return `directory ${found.mode}`
  const content = found.isSymbolicLink()
    ? readlinkSync(path)
    : found.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : 'special'
  return `${found.mode} ${found.nlink} ${found.size} ${found.mtimeMs} ${content}`
}

/** What is alive of what was started in sandboxes, a moment after all is over, and every file with the world's mark. */
export async function findLeftovers({ mark }: World): Promise<readonly string[]> {
  for (let patience = 50; patience > 0 && findAlive(mark).length > 0; patience--) await delay(100)
  return [...findAlive(mark), ...findFiles(mark)]
}

/** Files with the mark in their name, wherever everybody may write. */
export function findFiles(mark: string): readonly string[] {
  const places = ['/', '/dev/shm', '/dev', '/run', '/tmp', '/var/tmp', tmpdir(), homedir()]
  return places
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
    .filter((path) => path.includes(mark))
}

/** The guard, which outlives every command to end it should the harness die, has the mark in its command line alone. */
function findAlive(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id) && Number(id) !== process.pid)
    .flatMap((id) => {
      const command = read(`/proc/${id}/cmdline`)
      const isOurs =
        command.includes(mark) || read(`/proc/${id}/environ`).includes(`AVO_MARK=${HARNESS_MARK}`)
      return isOurs ? [`${id}: ${command.replaceAll('\0', ' ')}`] : []
    })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await over
}
