import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { PYTHON_KIT_DIRECTORY, provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'

/** Files by their path. */
export type Files = Readonly<Record<string, string>>

const resultSchema = z.strictObject({
  correct: z.boolean(),
  scores: z.record(z.string(), z.number()),
  feedback: z.string().optional(),
  metrics: z
    .record(
      z.string(),
      z.strictObject({
        samples: z.int().positive(),
        seconds: z.number().positive(),
        spread: z.number(),
        channelSeconds: z.number().positive(),
      }),
    )
    .optional(),
  holdout: z
    .strictObject({
      correct: z.boolean(),
      scores: z.record(z.string(), z.number()).optional(),
      reason: z.string().optional(),
    })
    .optional(),
  held: z.literal(true).optional(),
  reason: z.string().optional(),
})

/** What a scorer left behind. */
export interface ScorerRun {
  readonly exitCode: number | null
  /** Null where it wrote none. */
  readonly result: z.infer<typeof resultSchema> | null
  readonly stdout: string
  readonly stderr: string
}

/** A directory with files in it, which whoever makes it removes. */
export function makeDirectory(files: Files = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'avo-kit-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}

/**
 * Runs a scorer on a candidate as an evaluator does. The scorer is JavaScript, unless it imports the Python kit. Throws where
 * it leaves anything behind in its temporary directory.
 */
export async function runScorer(
  scorer: string,
  candidate: Files,
  env: Readonly<Record<string, string>> = {},
): Promise<ScorerRun> {
  const [program, file] = scorer.includes('avo_scoring')
    ? [env['PYTHON'] ?? 'python3', 'score.py']
    : [process.execPath, 'score.mjs']
  const files = prefixed('candidate', candidate)
  const directory = makeDirectory({
    ...files,
    [`scorer/${file}`]: scorer,
    'candidate/.keep': '',
    'tmp/.keep': '',
  })
  try {
    await provideScoringKit(directory)
    const resultPath = join(directory, 'result.json')
    const child = spawn(program, [file], {
      cwd: join(directory, 'scorer'),
      env: {
        ...process.env,
        PYTHONPATH: PYTHON_KIT_DIRECTORY,
        PYTHONDONTWRITEBYTECODE: '1',
        TMPDIR: join(directory, 'tmp'),
        AVO_CANDIDATE: join(directory, 'candidate'),
        AVO_RESULT: resultPath,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    const left = readdirSync(join(directory, 'tmp')).filter((name) => name !== '.keep')
    if (left.length > 0) throw new Error(`the scorer left ${left.join(', ')} behind`)
    const document = existsSync(resultPath) ? readFileSync(resultPath, 'utf8') : null
    const result = document === null ? null : resultSchema.parse(JSON.parse(document))
    return { exitCode: child.exitCode, result, stdout, stderr }
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

function prefixed(directory: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]))
}
