/** A change that the agent of the demonstration tries, again and again. */
export interface DemoChange {
  readonly title: string
  readonly plan: string
  readonly why: string
  readonly code: string
  readonly gain: number
  readonly document?: string
}

export const SOLUTION = 'matmul.c'

const FILES: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: matmul
brief: Make the multiplication of square matrices faster, in C, on one socket.
llm: { provider: builtin }
seed: seed
scorer: { command: [sh, score.sh] }
max_cost_usd: 60
max_attempts: 200
max_wall_time_hours: 72
gate: { bound: { "n = 128": 58, "n = 512": 58, "n = 1024": 58, "n = 2048": 58 } }
`,
  'scorer/score.sh': 'exit 1\n',
  'knowledge-base/blocking.md': '# Blocking for caches\n\nA tile that fits stays.\n',
  'knowledge-base/fma.md': '# Fused multiply and add\n\nTwo a cycle.\n',
  'knowledge-base/scan.pdf': 'no PDF\n',
  'knowledge-base/threads.md': '# Threads on one socket\n\nPin them.\n',
}

export const CHANGES: readonly DemoChange[] = [
  [
    'swap the two inner loops',
    'Walk B by rows, so that each cache line is used whole.',
    0.62,
    'knowledge-base/blocking.md',
    'for (int j = 0; j < n; j++) c[i*n + j] += a[i*n + k] * b[k*n + j];',
  ],
  [
    'block the loops for the second-level cache',
    'Tiles of 96 fit twice into 512 kB.',
    0.44,
    'knowledge-base/blocking.md',
    'for (int kk = 0; kk < n; kk += TILE) multiply_tile(a, b, c, i, kk, n);',
  ],
  [
    'tell the compiler that the matrices do not overlap',
    'restrict lets it keep c in registers.',
    0.12,
    undefined,
    'static void multiply(const double *restrict a, const double *restrict b, double *restrict c, int n)',
  ],
  [
    'multiply four rows at once',
    'Each element of B that is loaded is used four times.',
    0.38,
    'knowledge-base/fma.md',
    'double c0 = 0, c1 = 0, c2 = 0, c3 = 0; /* four rows of C */',
  ],
  [
    'accumulate in vector registers',
    'Fused multiply and add, eight numbers at a time.',
    0.33,
    'knowledge-base/fma.md',
    '__m512d acc = _mm512_fmadd_pd(_mm512_set1_pd(a[i*n + k]), _mm512_loadu_pd(b + k*n + j), acc);',
  ],
  [
    'copy the tile of B into one piece',
    'Rows that lie 16 kB apart fall into the same set.',
    0.21,
    'knowledge-base/blocking.md',
    'pack_panel(panel, b + kk*n + jj, n); /* one piece, no conflicts */',
  ],
  [
    'unroll the innermost loop by four',
    'The loop counter costs as much as the multiplication.',
    0.08,
    undefined,
    '#pragma GCC unroll 4',
  ],
  [
    'split the rows among threads',
    'Each thread owns a strip of C.',
    0.55,
    'knowledge-base/threads.md',
    '#pragma omp parallel for schedule(static)',
  ],
  [
    'fetch the next panel ahead',
    'The hardware does not see past the end of a page.',
    0.05,
    'knowledge-base/blocking.md',
    '__builtin_prefetch(panel + 8*TILE);',
  ],
  [
    'align the panels to cache lines',
    'Half of the loads cross a line.',
    0.04,
    undefined,
    'double *panel = aligned_alloc(64, TILE * TILE * sizeof *panel);',
  ],
  [
    'keep sixteen accumulators',
    'Two units with a latency of four need eight of them, and a spare.',
    0.14,
    'knowledge-base/fma.md',
    '__m512d acc[16]; /* latency 4, two a cycle */',
  ],
  [
    'treat small matrices apart',
    'Below 192 packing costs more than it brings.',
    0.06,
    undefined,
    'if (n < 192) { multiply_small(a, b, c, n); return; }',
  ],
  [
    'use huge pages for the panels',
    'Fewer misses of the address cache.',
    0.03,
    undefined,
    'madvise(panel, bytes, MADV_HUGEPAGE);',
  ],
].map(([title, why, gain, document, code]) => ({
  title: String(title),
  plan: `I will ${String(title)}. ${String(why)}`,
  why: String(why),
  gain: Number(gain),
  code: String(code),
  ...(document === undefined ? {} : { document: String(document) }),
}))

/** The program with some changes: each adds its lines. */
export function solutionWith(changes: readonly DemoChange[], attempt: number): string {
  const lines = changes.map(({ title, code }) => `    // ${title}\n    ${code}`).join('\n')
  return `#include <immintrin.h>
#include <stdlib.h>

#define TILE ${64 + 8 * (changes.length % 5)}

/* C = A B, square matrices by rows. */
void multiply(const double *a, const double *b, double *c, int n) {
  for (int i = 0; i < n; i++) {
${lines}
    for (int j = 0; j < n; j++) {
      double sum = ${changes.length > 2 ? 'c[i*n + j]' : '0'};
      for (int k = 0; k < n; k++) sum += a[i*n + k] * b[k*n + j];
      c[i*n + j] = sum; // as of attempt ${attempt}
    }
  }
}
`
}

export const DEMO_FILES: Readonly<Record<string, string>> = {
  ...FILES,
  [`seed/${SOLUTION}`]: solutionWith([], 0),
}
