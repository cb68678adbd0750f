/** The oldest Node that avo runs on, as `engines` in package.json has it. */
export const OLDEST_NODE = '22.18'

/** What to tell a person whose Node is too old; null where it is not. */
export function findNodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number)
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null
  return `error: avo needs Node ${OLDEST_NODE} or newer, this is Node ${version}\nhint: Install a newer Node: https://nodejs.org, or with a version manager such as nvm or fnm.\n`
}
