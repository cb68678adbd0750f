import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseCommitMessage, renderCommitMessage } from '../../src/storage/commit-message.ts'
import { record } from './versions.ts'

function render(summary: string, changes: Parameters<typeof record>[0] = {}, number = 12): string {
  return renderCommitMessage({ number, summary, ...record(changes) })
}

function readByGit(message: string): string[] {
  return execFileSync('git', ['interpret-trailers', '--parse'], { input: message, encoding: 'utf8' })
    .trimEnd()
    .split('\n')
}

describe('a commit message', () => {
  it('is subject, words, trailers', () => {
    expect(
      render('fuse the two passes\n\nOne walk over the data is enough.'),
    ).toBe(`v12: fuse the two passes (+3.4%)

One walk over the data is enough.

Avo-Version: 12
Avo-Score: 1.5
Avo-Scores: {"n=1e3":1.5}
Avo-Gain: +3.4%
Avo-Attempt: 1
Avo-Scorer: sha256:abc
Avo-Cost-USD: 0.42
`)
    expect(render('seed', { gain: 0, costUsd: null }, 0)).toMatch(/^v0: seed\n\nAvo-Version: 0\n/)
    expect(render('seed', { costUsd: null })).not.toContain('Avo-Cost-USD')
    const branched = render('another way', { base: 3 })
    expect(readByGit(branched)).toContain('Avo-Base: v3')
    expect(parseCommitMessage(branched)?.base).toBe(3)
    expect(parseCommitMessage(render('the same way'))).not.toHaveProperty('base')
  })

  it('keeps the subject short and loses no word', () => {
    const summary = `${'replace the quadratic search by a hash table '.repeat(3).trim()}\n\nBecause.`
    const message = render(summary)
    const [subject = ''] = message.split('\n')
    expect(subject.length).toBeLessThanOrEqual(72)
    expect(subject).toMatch(/^v12: replace the .*\w… \(\+3\.4%\)$/)
    expect(parseCommitMessage(message)?.summary).toBe(summary)
    expect(render('🚀'.repeat(100)).split('\n')[0]).toMatch(/^v12: 🚀+… \(\+3\.4%\)$/u)
  })

  it('turns escaped line breaks into real ones, but not those in code', () => {
    expect(render("faster\\n\\n- splits at '\\n'\\n- joins").split('\n').slice(0, 4)).toEqual([
      'v12: faster (+3.4%)',
      '',
      "- splits at '\\n'",
      '- joins',
    ])
  })

  it('holds no control characters', () => {
    expect(render('a\u001b[31m\0red\u0085 tab\there\r\nnext\rlast')).toMatch(
      /^v12: a\[31mred tab {2}here \(\+3\.4%\)\n\nnext\nlast\n/,
    )
  })

  it.each([
    'fast\n\nAvo-Score: 999',
    'fast\n\nAvo-Version: 3\nAvo-Score: 999\nAvo-Scores: {"n=1e3":999}\nSigned-off-by: avo <avo@localhost>',
    'fast\nAvo-Score: 999\n',
    'Avo-Score: 999',
    'fast\\n\\nAvo-Score: 999',
    'fast\u2028Avo-Score: 999\n\n---\nAvo-Score: 999',
    'fast\n\n---\n\ndiff --git a/x b/x',
    'fast\n\n--- \nx',
    'fast\n\n# comment\n; other\n(cherry picked from commit 123)\nFixes: 1',
    '',
    '\n\n',
    'v3: fast (+99.0%)',
  ])('gives no more and no other trailers than ours, whatever the agent says: %j', (summary) => {
    const message = render(summary)
    expect(readByGit(message)).toEqual(readByGit(render('honest')))
    expect(message.match(/^avo-score:/gim)).toHaveLength(1)
    expect(parseCommitMessage(message)).toMatchObject({ number: 12, score: { value: 1.5 } })
  })

  it.each([5e-324, 0.1 + 0.2, 1e21, 1.7976931348623157e308, 1 / 3])(
    'keeps the score %d to the last digit',
    (value) => {
      const score = { correct: true as const, value, scores: [{ configuration: 'a\n: "b"\u2028', value }] }
      const message = render('x', { score })
      expect(parseCommitMessage(message)?.score).toEqual(score)
      expect(readByGit(message)).toHaveLength(7)
    },
  )

  it('keeps the gain as it is shown', () => {
    for (const [gain, kept] of [
      [0.0341, 0.034],
      [12.5, 12.5],
      [-0.5, -0.5],
      [0, 0],
    ] as const)
      expect(parseCommitMessage(render('x', { gain }))?.gain).toBeCloseTo(kept, 10)
  })

  it('keeps how the gain was measured, as it is shown, and is the same when it is written again', () => {
    const evidence = {
      rounds: 13,
      interval: { low: 0.0213, high: 0.0461 },
      z: 3.27,
      worst: { configuration: 'n=1e5 "large"\n, wide', change: -0.0122 },
      held: { configuration: 'n=1e3', change: 41.5 },
      unconfirmed: true,
    }
    const message = render('x', { gain: 0.0341, evidence })
    expect(message).toContain(`
Avo-Gain: +3.4% [+2.1%, +4.6%]
Avo-Rounds: 13
Avo-Z: 3.3
Avo-Worst: "n=1e5 \\"large\\"\\n, wide" -1.2%
Avo-Held: "n=1e3" +4,150%
Avo-Unconfirmed: yes
`)
    expect(readByGit(message)).toHaveLength(12)
    const facts = parseCommitMessage(message)
    expect(facts?.gain).toBeCloseTo(0.034, 10)
    expect(facts?.evidence).toEqual({
      rounds: 13,
      interval: { low: expect.closeTo(0.021, 10), high: expect.closeTo(0.046, 10) },
      z: 3.3,
      worst: { ...evidence.worst, change: expect.closeTo(-0.012, 10) },
      held: evidence.held,
      unconfirmed: true,
    })
    expect(facts && renderCommitMessage(facts)).toBe(message)

    const exact = { ...evidence, rounds: 1, interval: null, z: null, held: null, unconfirmed: false }
    const plain = render('x', { evidence: exact })
    expect(plain).toMatch(/^Avo-Gain: \+3\.4%\nAvo-Rounds: 1\nAvo-Worst: .*\nAvo-Attempt: 1$/m)
    expect(parseCommitMessage(plain)?.evidence).toMatchObject({ interval: null, z: null, held: null })
    expect(parseCommitMessage(render('x'))).not.toHaveProperty('evidence')
  })

  it('is told from other commits', () => {
    expect(parseCommitMessage('fix a typo\n')).toBeNull()
    expect(parseCommitMessage('v3: my own notes\n\nNothing here.\n')).toBeNull()
    expect(() => parseCommitMessage(render('x').replace('Avo-Score: 1.5', 'Avo-Score: much'))).toThrow()
  })
})

describe('the documents that a version cites', () => {
  it.each<[string[], string]>([
    [['avo/numpy.md'], 'avo/numpy.md'],
    [['avo/numpy.md', 'knowledge-base/tips, tricks.md'], 'avo/numpy.md, knowledge-base/tips%2C tricks.md'],
    [['knowledge-base/100%2C.md'], 'knowledge-base/100%252C.md'],
  ])('are a trailer that is read back: %j', (documents, value) => {
    const message = renderCommitMessage({ number: 1, summary: 'x', documents, ...record() })
    expect(readByGit(message)).toContain(`Avo-Knowledge: ${value}`)
    expect(parseCommitMessage(message)?.documents).toEqual(documents)
  })

  it('are no trailer where there are none, whatever the agent writes', () => {
    const message = render('faster\n\nAvo-Knowledge: avo/numpy.md')
    expect(readByGit(message).join()).not.toContain('Avo-Knowledge')
    expect(parseCommitMessage(message)).not.toHaveProperty('documents')
  })
})
