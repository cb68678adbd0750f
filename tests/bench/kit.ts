import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { PYTHON_KIT_DIRECTORY, provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'
import { median } from '../../src/scoring-kit/statistics.ts'
import { javascript, type KitLanguage, numpy, python } from './kit-languages.ts'
import type { Figure } from './main.ts'

/** Kit and bare loop are measured by turns: the machine is busy now and then, and copying takes a tenth more in one process than in the next. */
const TURNS = 15
const SMALL = 1_000
/** 40 MB. */
const LARGE = 5_000_000

const resultSchema = z.object({
  scores: z.record(z.string(), z.number()),
  metrics: z.record(z.string(), z.object({ seconds: z.number(), channelSeconds: z.number() })),
})

/**
 * What the scoring kit adds to the time of a call, against a loop in the same language that calls the same function; with large
 * arrays the loop takes them from a file in memory and puts them into one, as whatever crosses from a process to another.
 */
export async function benchKit(): Promise<readonly Figure[]> {
  // Where the harness has a memory file system, large arrays go there.
  const root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'avo-bench-'))
  try {
    const figures: Figure[] = []
    for (const language of [javascript(), python(), ...numpy()]) {
      const directory = join(root, language.name)
      await mkdir(join(directory, 'candidate'), { recursive: true })
      await provideScoringKit(directory)
      for (const [file, content] of Object.entries(language.files))
        await writeFile(join(directory, file), content)
      figures.push(...compareWithLoop(language, directory))
    }
    return figures
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function compareWithLoop(language: KitLanguage, directory: string): Figure[] {
  const small = compare(language, directory, 'work', SMALL)
  const name = `${language.name}, kit to bare loop`
  const figures = [
    ratio(`${name}: ${inMs(small.loopSeconds)} of work, ${SMALL} numbers in and out`, small.included),
    plain(`${name}: of that, the channel`, inMs(small.channelSeconds)),
  ]
  // Without numpy, Python would spend its time on making five million numbers.
  if (language.name === 'python') return figures
  const large = compare(language, directory, 'pass', LARGE)
  return [
    ...figures,
    ratio(
      `${language.name}, kit to a loop by files: ${inMs(large.loopSeconds)}, 40 MB in and out, channel subtracted`,
      large.subtracted,
    ),
    plain(`${name}: the same, channel included`, `${large.included.toFixed(2)}×`),
    plain(`${name}: of that, the channel`, inMs(large.channelSeconds)),
  ]
}

function compare(language: KitLanguage, directory: string, candidate: string, size: number) {
  const turns = Array.from({ length: TURNS }, () => {
    const loopSeconds = Number(run(language, directory, ['loop', candidate, String(size)]))
    const { scores, metrics } = resultSchema.parse(
      JSON.parse(run(language, directory, ['kit', candidate, String(size)])),
    )
    const { seconds = Number.NaN, channelSeconds = Number.NaN } = metrics[size] ?? {}
    const subtracted = (scores[size] ?? Number.NaN) / loopSeconds
    return { loopSeconds, included: seconds / loopSeconds, subtracted, channelSeconds }
  })
  const middle = (key: keyof (typeof turns)[number]) => median(turns.map((turn) => turn[key]))
  return {
    loopSeconds: middle('loopSeconds'),
    included: middle('included'),
    subtracted: middle('subtracted'),
    channelSeconds: middle('channelSeconds'),
  }
}

function run({ program, main }: KitLanguage, directory: string, args: readonly string[]): string {
  return execFileSync(program, [main, ...args], {
    cwd: directory,
    env: {
      ...process.env,
      PYTHONPATH: PYTHON_KIT_DIRECTORY,
      PYTHONDONTWRITEBYTECODE: '1',
      TMPDIR: directory,
    },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function ratio(name: string, value: number): Figure {
  return { name, value: `${value.toFixed(2)}×`, target: '≤ 1.05×', met: value <= 1.05 }
}

/** A figure without a target. */
function plain(name: string, value: string): Figure {
  return { name, value, target: '', met: true }
}

function inMs(seconds: number): string {
  return `${(seconds * 1000).toPrecision(2)} ms`
}
