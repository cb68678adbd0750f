import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'
import { makeFinishedTask, makeTaskFullOf } from './finished-task.ts'

describe('as Markdown', () => {
  test('it tells what was gained, what was accepted, what failed and why, and how to see it again', async () => {
    const { exitCode, stdout } = await avo(['report', await makeFinishedTask()])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^# number: \+100% over the seed$/m)
    expect(stdout).toMatch(
      /^v1 is \+100% against the seed, measured directly in 1 round; the steps multiply to \+100%\.$/m,
    )
    expect(stdout).toMatch(/^\| baseline \| v0, 1 \(higher is better\) \|$/m)
    expect(stdout).toMatch(/^\| attempts \| 3: 1 accepted, 2 rejected, 0 abandoned \|$/m)
    expect(stdout).toMatch(/^\| cost \| \$0\.75 \|$/m)
    expect(stdout).toMatch(
      /^\| tokens \| 3,000 in and 300 out in 3 turns, 0\.0% of the input from the cache \|$/m,
    )
    expect(stdout).toMatch(/^\| stopped \| 3 attempts were made, the limit is 3 \|$/m)
    expect(stdout).toMatch(/^\| a \| 1 \| 2 \| \+100% \|$/m)
    expect(stdout).toMatch(/^\| v1 \| 1 \| \+100% \| \+100% \| 2 \| \$0\.25 \| double it \|$/m)
    expect(stdout).toMatch(
      /<details><summary>v1, \+100%: double it<\/summary>\n\nTwice as much is better\.\n\n```diff\n[^`]*-1\n\+2\n```\n\n<\/details>/,
    )
    expect(stdout).toMatch(/^\| 1 \| rejected \| -25\.0% against v1: not better \| 2 \|$/m)
    expect(stdout).toMatch(/^\| 1 \| rejected \| .*not a number: rubbish \| 3 \|$/m)
    expect(stdout).toMatch(/^\| scorer \| sha256:[0-9a-f]{64} \|$/m)
    expect(stdout).toMatch(/^\| noise \| none: the scorer gives the same score every time \|$/m)
  })

  test('its commands work', async () => {
    const task = await makeFinishedTask()
    const { stdout } = await avo(['report', '.'], { cwd: task })
    const [, commands = ''] = /```sh\n([^`]*)```/.exec(stdout) ?? []
    const archive = commands.split('\n').find((line) => line.includes(' archive ')) ?? ''
    execFileSync('sh', ['-c', archive], { cwd: task })
    expect(await readFile(join(task, 'v1/value.txt'), 'utf8')).toBe('2\n')
    const evaluate = /^avo (eval .*?) +#/m.exec(commands)?.[1]?.split(' ') ?? []
    expect((await avo([...evaluate, '--json'], { cwd: task })).stdout).toContain('"value": 2')
  })

  test('what others have written is shown and does nothing', async () => {
    const text = [
      '<img src=x onerror=alert(1)><script>alert(1)</script></details><!--',
      '@octocat #123 GH-7 https://evil.example www.evil.example [a](javascript:alert(1)) ![b](http://evil.example/p.png)',
      '# heading',
      '- [ ] list',
      '1. one',
      '---',
      '| a | b |',
      '``` `````` ~~~',
      '$$x$$ \u202egnp.exe\u202c \u001b[31m',
    ].join('\n')
    const { stdout } = await avo(['report', await makeTaskFullOf(text)])
    const outside = stdout.replaceAll(/^(`{3,})(?:diff|sh)\n[\s\S]*?^\1$/gm, '')
    expect(outside).toContain('octocat')
    // Every tag is one of ours, and what a backslash stands before is text.
    const tags = [...outside.replaceAll(/\\[\\`*_{}[\]<>&|~$#-]/g, '').matchAll(/<[^>]*>/g)].map(
      ([tag]) => tag,
    )
    expect(new Set(tags)).toEqual(new Set(['<details>', '<summary>', '</summary>', '</details>']))
    expect(outside).not.toMatch(/@\w|#\d|GH-\d|:\/\/|www\.\w/)
    expect(outside).not.toMatch(/(?<!\\)\[/)
    expect(outside.match(/^#+ .*$/gm)?.filter((heading) => heading.includes('heading'))).toEqual([])
    expect(outside).not.toMatch(/^(?:- \[|1\. one|---$|~~~)/m)
    for (const unseen of ['\u202e', '\u001b']) expect(stdout).not.toContain(unseen)
    expect(stdout.match(/^<details>/gm)?.length).toBe(stdout.match(/^<\/details>$/gm)?.length)
  })

  test('of a task that was never run it says so', async () => {
    const { exitCode, stdout } = await avo(['report', await makeTask()])
    expect([exitCode, stdout]).toEqual([0, '# number\n\nThere are no versions yet.\n'])
  })

  test('of a run whose seed has no score it says why it stopped', async () => {
    const task = await makeTask({ ...NUMBER_TASK, 'seed/value.txt': 'many\n' })
    expect((await avo(['run', '--quiet', task])).exitCode).toBe(3)
    const { exitCode, stdout } = await avo(['report', task])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('# number: the seed has no score yet\n')
    expect(stdout).toMatch(/^\| stopped \| the seed can't be scored: .*not a number: many.* \|$/m)
    expect(stdout).toMatch(/^\| scorer \| sha256:/m)
    expect(stdout).not.toMatch(/NaN|## Versions|avo\/v/)
  })

  test('as JSON it is the same', async () => {
    const { stdout } = await avo(['report', '--json', await makeFinishedTask()])
    expect(JSON.parse(stdout)).toMatchObject({
      project: 'number',
      comparison: { version: 1, gain: expect.closeTo(1) },
      versions: [{ number: 0 }, { number: 1, diff: expect.stringContaining('+2') }],
      attempts: { accepted: 1, rejected: 2 },
      failures: [{ attempts: [2] }, { attempts: [3] }],
      spent: { costUsd: 0.75 },
      environment: { scorer: expect.stringMatching(/^sha256:/), noise: { isDeterministic: true } },
    })
  })
})

describe('with a picture', () => {
  test('the report shows it, and both are written anew', async () => {
    const task = await makeFinishedTask()
    const args = ['-C', task, 'report', '-o', 'report.md', '--svg', 'scorer/curve.svg']
    for (const ended of [await avo(args), await avo(args)])
      expect(ended).toMatchObject({
        exitCode: 0,
        stdout: '',
        stderr: expect.stringContaining('report.md was written'),
      })
    expect(await readFile(join(task, 'report.md'), 'utf8')).toContain(
      '![score over attempts](scorer/curve.svg)',
    )
    expect(await readFile(join(task, 'scorer/curve.svg'), 'utf8')).toMatch(/^<svg /)
  })

  test('alone, on standard output', async () => {
    const { stdout } = await avo(['report', '--svg', '-', await makeFinishedTask()])
    expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(stdout).toContain('<title id="title">number: v1, 2, +100% over the seed</title>')
  })

  test('not both on standard output, and not where nothing can be written', async () => {
    const task = await makeFinishedTask()
    const both = await avo(['report', '--svg', '-', '-o', '-', task])
    expect(both).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('one of the two') })
    const nowhere = await avo(['report', '-o', 'missing/report.md', task])
    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/can't write \S*missing\/report\.md/),
    })
  })
})

describe('as a page', () => {
  test('it is one file with the run in it, and takes what was said only where that is asked for', async () => {
    const task = await makeFinishedTask()
    const { exitCode, stdout } = await avo(['report', '.', '--html', 'run.html'], { cwd: task })
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
    const page = await readFile(join(task, 'run.html'), 'utf8')
    expect(readData(page)).toContain('double it')
    await avo(['report', '.', '--html', 'said.html', '--transcripts'], { cwd: task })
    const said = await readFile(join(task, 'said.html'), 'utf8')
    expect(readData(said).length).toBeGreaterThan(readData(page).length)
  })

  test('it needs a file', async () => {
    const task = await makeFinishedTask()
    expect((await avo(['report', task, '--html', '-'])).exitCode).toBe(2)
    expect((await avo(['report', task, '--transcripts'])).exitCode).toBe(2)
  })
})

/** What a page shows, as JSON. */
function readData(page: string): string {
  const [, packed = ''] = /id="data"[^>]*>([\w+/=]+)</.exec(page) ?? []
  return gunzipSync(Buffer.from(packed, 'base64')).toString()
}
