import { simpleGit } from 'simple-git'
import { AvoError, toMessage } from '../errors.ts'

/** One run of git. */
export interface GitCall {
  /** Working directory; with a repository also the root of its working tree. */
  readonly directory: string
  /** The `.git` directory. Without it git looks for none: only commands that need no repository work. */
  readonly repository?: string
  /** Index file in place of the repository's own. */
  readonly index?: string
  readonly input?: string
  /** Seconds since 1970: the commit's time. */
  readonly time?: number
  /** Who commits; avo itself when left out. */
  readonly identity?: Identity
  /** Lets git read the person's own settings: for commands that look one up and do nothing else. */
  readonly personal?: boolean
  /** Exit statuses that are no failure; 0 when left out. */
  readonly accept?: readonly number[]
}

/** An author, as git knows one. */
export interface Identity {
  readonly name: string
  readonly email: string
}

/** What git takes from the person: where programs and keys are, how to reach a remote. No identity, no settings. */
const PASSED_ON = /^(?:PATH|HOME|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_\w+|\w+_proxy)$/i

/** Where a person's settings are. */
const PERSONAL = /^(?:XDG_CONFIG_HOME|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM)$/

const WITHOUT_PERSONAL: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'avo',
  GIT_AUTHOR_EMAIL: 'avo@localhost',
  GIT_COMMITTER_NAME: 'avo',
  GIT_COMMITTER_EMAIL: 'avo@localhost',
  LC_ALL: 'C',
}

/** simple-git refuses variables that begin with GIT_ unless they are named. */
const ALLOWED = [
  ...Object.keys(ENVIRONMENT),
  ...Object.keys(WITHOUT_PERSONAL),
  'GIT_CONFIG_SYSTEM',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
]

const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.fileMode=true',
  'core.symlinks=true',
  'core.precomposeUnicode=false',
  'core.quotePath=false',
  // Objects and refs survive a power cut; many objects at once share one flush.
  'core.fsync=objects,pack-metadata,reference',
  'core.fsyncMethod=batch',
  'gc.auto=0',
  'maintenance.auto=false',
]

/**
 * Runs git with a clean environment and gives what it printed. The repository is named and never searched for, so that
 * one lying further up is out of reach whatever happens to ours. A failure is an `AvoError` (`storage`) with git's words.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<string> {
  const accept = call.accept ?? [0]
  try {
    return await simpleGit({
      baseDir: call.directory,
      config: SETTINGS,
      allowEnvironment: ALLOWED,
      unsafe: {
        allowUnsafeConfigPaths: true,
        allowUnsafeFsMonitor: true,
        allowUnsafeHooksPath: true,
        allowUnsafeTemplateDir: true,
      },
      completion: { onClose: true, onExit: false },
      errors: (error, { exitCode, stdErr }) =>
        accept.includes(exitCode) ? undefined : (error ?? Buffer.concat(stdErr)),
      input: () => call.input,
    })
      .env(toEnvironment(call))
      .outputHandler((_command, stdout) => {
        // simple-git waits 50 ms for output of a command that printed nothing; an empty chunk says that there is none.
        stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)))
      })
      .raw([...args])
  } catch (error) {
    throw toGitError(args, error)
  }
}

function toEnvironment(call: GitCall): NodeJS.ProcessEnv {
  const { directory, repository, index, time, identity, personal = false } = call
  const inherited = Object.entries(process.env).filter(
    ([name]) => PASSED_ON.test(name) || (personal && PERSONAL.test(name)),
  )
  return {
    ...Object.fromEntries(inherited),
    ...ENVIRONMENT,
    ...(personal ? {} : WITHOUT_PERSONAL),
    ...(identity !== undefined && {
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
    }),
    ...(repository !== undefined && { GIT_DIR: repository, GIT_WORK_TREE: directory }),
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
    ...(time !== undefined && { GIT_AUTHOR_DATE: `${time} +0000`, GIT_COMMITTER_DATE: `${time} +0000` }),
  }
}

function toGitError(args: readonly string[], error: unknown): AvoError {
  const message = toMessage(error).trim()
  if (message.includes('ENOENT') && message.includes('spawn'))
    return new AvoError(
      'storage',
      'git is not installed',
      'Install git (for instance `apt install git`), or set git_persist: false to keep files only.',
      { cause: error },
    )
  return new AvoError(
    'storage',
    `git ${args[0]} failed: ${message}`,
    '`avo doctor` checks git, the disk and the workspace.',
    { cause: error },
  )
}
