/** Of every sandbox whose memory is not the kernel's business. */
export const GAP_OF_WATCHING =
  'Memory is looked at every 50 ms: what grows faster is past its limit for a while, and memory behind files without a name is not counted.'

/** Of every sandbox that limits a file and not a directory. */
export const GAP_OF_DISK =
  'Disk, and shared memory (/dev/shm): a file has a limit, the number of files has none.'

/** What root lacks: the kernel doesn't count root's processes. */
export function gapsOfRoot(isWalled: boolean): readonly string[] {
  if (process.getuid?.() !== 0) return []
  const gap =
    'You are root: commands run as root without its capabilities; as an ordinary user they would have even less.'
  const bomb =
    'You are root, and control groups can’t be written to: a fork bomb is ended, but may freeze the machine for a minute.'
  return isWalled ? [gap] : [gap, bomb]
}
