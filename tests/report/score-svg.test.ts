import { expect, test } from 'vitest'
import { createScoreScale } from '../../src/report/score-scale.ts'
import { renderScoreSvg } from '../../src/report/score-svg.ts'
import type { ScoreCurve, ScorePoint } from '../../src/score-curve.ts'

const SEED: ScorePoint = { attempt: 0, outcome: 'accepted', version: 0, value: 100, low: null, high: null }

function curveOf(
  points: readonly Partial<ScorePoint>[],
  direction: ScoreCurve['direction'] = 'maximize',
): ScoreCurve {
  const rest = points.map(
    (point, index): ScorePoint => ({
      ...SEED,
      attempt: index + 1,
      outcome: 'rejected',
      version: null,
      ...point,
    }),
  )
  return { direction, seed: 100, points: [SEED, ...rest], leftOut: 0 }
}

test('the picture says in words what it shows, and takes no other text for a part of itself', () => {
  const svg = renderScoreSvg(
    curveOf([
      { outcome: 'accepted', version: 1, value: 150, low: 140, high: 160 },
      { value: 90 },
      { value: null },
    ]),
    `<script>alert("1")</script> & 'more'`,
  )
  expect(svg).toContain(
    '<title id="title">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;</title>',
  )
  expect(svg).toContain(
    'Score over 3 attempts, higher is better. The best version is v1 with 150, made by attempt 1',
  )
  expect(svg).toContain('1 attempt was measured and rejected, 1 came to nothing.')
  expect(svg).not.toContain('<script')
  expect(svg).toContain('prefers-color-scheme: dark')
  expect(svg).not.toMatch(/NaN|Infinity|undefined|url\(|href/)
})

test('its size is bounded, however many attempts there were', () => {
  const many = Array.from(
    { length: 200_000 },
    (_, index): Partial<ScorePoint> => ({ value: 50 + ((index * 7919) % 49_999) / 1_000 }),
  )
  const svg = renderScoreSvg(curveOf(many), 'many')
  expect(svg.length).toBeLessThan(1_000_000)
  expect(svg).toContain('200,000')
})

test.for([
  ['nothing but the seed', curveOf([])],
  ['no seed either', { direction: 'maximize', seed: null, points: [], leftOut: 0 } satisfies ScoreCurve],
  ['scores that are all the same', curveOf([{ value: 100 }, { value: 100 }])],
  ['scores far apart', curveOf([{ value: 1e-300 }, { version: 1, outcome: 'accepted', value: 1e300 }])],
] as const)('%s is a picture too', ([_name, curve]) => {
  expect(renderScoreSvg(curve, 'x')).not.toMatch(/NaN|Infinity|undefined/)
})

test('a scale has each version in its place, and an attempt that is far off on its edge', () => {
  const versions = curveOf([
    { version: 1, outcome: 'accepted', value: 110 },
    { version: 2, outcome: 'accepted', value: 120 },
    { value: 0.001 },
  ])
  const scale = createScoreScale(versions, 5)
  expect(scale.isLogarithmic).toBe(false)
  expect(scale.place(0.001)).toBeGreaterThanOrEqual(0)
  expect(scale.place(120) - scale.place(110)).toBeGreaterThan(0.1)
  expect(scale.place(100)).toBeGreaterThan(scale.place(0.001))
})

test('a scale is logarithmic where scores differ by factors, with round ticks that can be told apart', () => {
  const scale = createScoreScale(curveOf([{ version: 1, outcome: 'accepted', value: 10_000 }]), 5)
  expect(scale.isLogarithmic).toBe(true)
  expect(scale.ticks.map(({ label }) => label)).toEqual(['100', '300', '1,000', '3,000', '10K'])
  const fine = createScoreScale(curveOf([{ version: 1, outcome: 'accepted', value: 100.001 }]), 5)
  expect(new Set(fine.ticks.map(({ label }) => label)).size).toBe(fine.ticks.length)
})
