import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { confine } from '../sandbox/confine.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import type { Sandbox, View } from '../sandbox/sandbox.ts'
import type { SandboxChoice } from '../sandbox/sandbox-choice.ts'

/** What keeps the commands of a run apart from everything else. */
export interface Sandboxes {
  /** For the agent's shell. */
  readonly agent: Sandbox
  /** For scorers and candidates. */
  readonly candidate: Sandbox
}

/**
 * Opens both; `directory` is for what that takes. Throws an `AvoError` `sandbox` where nothing isolates and nobody said
 * that nothing needs to: the built-in model writes nothing of its own.
 */
export async function openSandboxes(config: Config, directory: string): Promise<Sandboxes> {
  const fallsBack = config.llm.provider === 'builtin'
  const [agent, candidate] = await Promise.all([
    open(config, config.sandbox.agent, config.network.allow, fallsBack, join(directory, 'agent')),
    openCandidateSandbox(config, join(directory, 'candidate'), fallsBack),
  ])
  return { agent, candidate }
}

/** The one for scorers and candidates alone. Where `fallsBack`, plain processes will do on a machine where nothing isolates. */
export function openCandidateSandbox(
  config: Config,
  directory: string,
  fallsBack: boolean,
): Promise<Sandbox> {
  return open(config, config.sandbox.candidate, config.network.scorer, fallsBack, directory)
}

async function open(
  { file, recordsDirectory, workspaceDirectory, scorer, limits, sandbox: { image, cpus } }: Config,
  choice: SandboxChoice,
  domains: readonly string[],
  fallsBack: boolean,
  directory: string,
): Promise<Sandbox> {
  await mkdir(directory, { recursive: true })
  const options = {
    hidden: [dirname(file), recordsDirectory, workspaceDirectory, scorer.directory],
    directory,
    limits,
    ...(image !== undefined && { image }),
    ...(cpus !== undefined && { cpus }),
  }
  return openSandbox(choice, options, { domains, fallsBack })
}

/**
 * The agent's sandbox as its shell has it: the workspace for writing, but not the lineage in it; for reading what the agent
 * is told of. `scorerDirectory` is null where the agent may not see the scorer.
 */
export function confineAgent(
  { agent }: Sandboxes,
  { knowledgeDirectory, readable, network }: Config,
  workspace: string,
  scorerDirectory: string | null,
): Sandbox {
  const documents = [knowledgeDirectory, join(PACKAGE_ROOT, 'knowledge-base')]
  const scorer = scorerDirectory === null ? [] : [scorerDirectory]
  const view: View = {
    read: [join(workspace, '.git'), ...documents, ...readable, ...scorer],
    write: [workspace],
  }
  return confine(agent, { view, network: network.allow })
}

/** The names of the backends in use, as they are recorded. */
export function nameSandboxes({ agent, candidate }: Sandboxes): string {
  return agent.name === candidate.name ? agent.name : `${agent.name} (agent), ${candidate.name} (candidates)`
}

/** What the person did not ask for. */
export function noticesOfSandboxes({ sandbox }: Config, { agent, candidate }: Sandboxes): readonly string[] {
  const hasFallenBack =
    (sandbox.agent === 'auto' && agent.name === 'process') ||
    (sandbox.candidate === 'auto' && candidate.name === 'process')
  return hasFallenBack
    ? ['nothing on this machine isolates candidates: they run as you; `avo doctor` says what to install']
    : []
}
