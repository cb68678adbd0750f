import { CHANGE_KINDS, type ChangeKind } from '../lesson.ts'

/** Beginnings of words by which people tell of a change of that kind. */
const WORDS: Readonly<Record<Exclude<ChangeKind, 'other'>, string>> = {
  algorithm:
    'algorithm|asymptotic|complexity|quadratic|linear time|dynamic program|divide|recurs|iterative|greedy|radix|quicksort|mergesort|heap|tree|trie|binary search|hash|heuristic|strassen|sieve',
  'less-work':
    'cach|memo[iz]|precomput|lookup|skip|avoid|leaves?[ -]out|left out|half the|fewer|early|lazy|lazily|reus|hoist|fus|prun|redundan|once|shortcut|incremental',
  'data-layout':
    'layout|memory|alloc|contiguous|buffer|arrays? of|struct of|structure of|cache line|copy|copies|in place|in-place|arena|pool|pack|transpos|aos|soa|int8|int16|float32',
  parallel: 'parallel|thread|worker|concurren|async|multi-?core|process pool|gpu|warp|overlap|pipelin',
  native:
    'simd|vectori|native|built-?in|compil|jit|intrinsic|blas|numpy|numba|wasm|extension|assembl|library|flag|avx|neon',
  constants:
    'constant|parameter|change \\d|from \\d[\\d.]* to \\d|threshold|tun|block size|chunk size|batch size|tile|unroll|coefficient|factor|increas|decreas|raise|lower|perturb|limit',
  combination: 'combin|both|together with|on top of|bring back|merge v|graft',
  simplification: 'simplif|remov|delet|clean|inlin|shorter|refactor|drop',
}

const PATTERNS = Object.entries(WORDS).map(
  ([kind, words]) => [kind, new RegExp(`(?<![\\p{L}\\d])(?:${words})`, 'giu')] as const,
)

/** What a change is after, by the words in which it is told; of several the one with the most of them. */
export function kindOf(text: string): ChangeKind {
  const counts = PATTERNS.map(([kind, pattern]) => [kind, text.match(pattern)?.length ?? 0] as const)
  const most = Math.max(...counts.map(([, count]) => count))
  const found = most === 0 ? undefined : counts.find(([, count]) => count === most)?.[0]
  return CHANGE_KINDS.find((kind) => kind === found) ?? 'other'
}
