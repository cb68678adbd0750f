import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { PYTHON_KIT_DIRECTORY, provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'
import { javascript, type KitLanguage, numpy, python } from './kit-languages.ts'
import type { Figure } from './main.ts'

/** Kit and bare loop are measured by turns: the machine is busy now and then. */
const TURNS = 5
const SMALL = 1_000
/** 40 MB. */
const LARGE = 5_000_000
const ECHO_SIZES = [1, 100_000, LARGE]

const resultSchema = z.object({
  scores: z.record(z.string(), z.number()),
  metrics: z.record(z.string(), z.object({ seconds: z.number(), channelSeconds: z.number() })),
})

/** What the scoring kit adds to the time of a call, against a loop in the same language that calls the same function. */
export async function benchKit(): Promise<readonly Figure[]> {
  // Where the harness has a memory file system, large arrays go there.
  const root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'avo-bench-'))
  try {
    const languages = [javascript(), python(), ...numpy()]
    const figures: Figure[] = []
    for (const language of languages) {
      const directory = join(root, language.name)
      await mkdir(join(directory, 'candidate'), { recursive: true })
      await provideScoringKit(directory)
      for (const [file, content] of Object.entries(language.files))
        await writeFile(join(directory, file), content)
      figures.push(...compareWithLoop(language, directory), ...measureEchoes(language, directory))
    }
    return figures
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function compareWithLoop(language: KitLanguage, directory: string): Figure[] {
  const small = compare(language, directory, 'work', SMALL)
  const name = `${language.name}: kit to bare loop`
  const figures = [
    ratio(`${name}, ${(small.loopSeconds * 1000).toFixed(0)} ms of work, ${SMALL} numbers`, small.included),
  ]
  if (language.name === 'python') return figures
  const large = compare(language, directory, 'pass', LARGE)
  const what = `${(large.loopSeconds * 1000).toFixed(0)} ms of work, 40 MB in and out`
  return [
    ...figures,
    ratio(`${name}, ${what}, channel taken out`, large.subtracted),
    {
      name: `${name}, ${what}, channel included`,
      value: `${large.included.toFixed(2)}×`,
      target: '',
      met: true,
    },
  ]
}

function compare(language: KitLanguage, directory: string, candidate: string, size: number) {
  const turns = Array.from({ length: TURNS }, () => {
    const loopSeconds = Number(run(language, directory, ['loop', candidate, String(size)]))
    const { scores, metrics } = evaluate(language, directory, candidate, [size])
    const [kit, net] = [metrics[size]?.seconds ?? Number.NaN, scores[size] ?? Number.NaN]
    return { loopSeconds, included: kit / loopSeconds, subtracted: net / loopSeconds }
  })
  const middle = (key: keyof (typeof turns)[number]) => median(turns.map((turn) => turn[key]))
  return {
    loopSeconds: middle('loopSeconds'),
    included: middle('included'),
    subtracted: middle('subtracted'),
  }
}

function measureEchoes(language: KitLanguage, directory: string): Figure[] {
  const { metrics } = evaluate(language, directory, 'echo', ECHO_SIZES)
  return ECHO_SIZES.map((size) => ({
    name: `${language.name}: channel, ${size} numbers in and out`,
    value: `${((metrics[size]?.channelSeconds ?? Number.NaN) * 1000).toFixed(3)} ms`,
    target: '',
    met: true,
  }))
}

function evaluate(language: KitLanguage, directory: string, candidate: string, sizes: readonly number[]) {
  return resultSchema.parse(JSON.parse(run(language, directory, ['kit', candidate, sizes.join()])))
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
