import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { avo } from '../cli/avo.ts'
import { pythonPackage, requireAll } from '../requires.ts'
import { makeTask } from '../task.ts'
import { describeExample } from './describe-example.ts'
import { describeRungs } from './score-rungs.ts'

const needs = [
  pythonPackage('numpy', 'apt-get install python3-numpy'),
  pythonPackage('sklearn', 'apt-get install python3-sklearn'),
]
const classifier = (body: string): string => `def classify(texts, labels, unknown):\n    ${body}\n`

describeExample({
  name: 'text-classifier',
  needs,
  attempts: 2,
  run: ['--set', 'gate.policy=single'],
  expectsVersions: true,
  broken: {
    'no Python': { file: 'classifier.py', content: 'from sklearn import (', says: /SyntaxError/ },
    'an import that is not there': {
      file: 'classifier.py',
      content: (seed) => `import transformers_that_are_not_there\n${seed}`,
      says: /No module named 'transformers_that_are_not_there'/,
    },
    'a setting that there is not': {
      file: 'classifier.py',
      content: (seed) => seed.replace('lowercase=True', 'lowercase_all=True'),
      says: /unexpected keyword argument 'lowercase_all'/,
    },
    'rubbish for an answer': {
      file: 'classifier.py',
      content: classifier('return "the labels"'),
      says: /a list of 1000 labels is wanted, one for each of the texts/,
    },
    'labels that are no topics': {
      file: 'classifier.py',
      content: classifier('return [20] * len(unknown)'),
      says: /labels are integers from 0 to 19/,
    },
    guesses: {
      file: 'classifier.py',
      content: classifier('return [7] * len(unknown)'),
      says: /\d\.\d% of the labels are right, and 20% is the least/,
    },
    // What is to be found out is nowhere to be found: neither files nor arguments have it.
    'a look for the answers': {
      file: 'classifier.py',
      content: classifier('import corpus, score\n    return score.answers[tuple(unknown)]'),
      says: /No module named 'corpus'/,
    },
  },
})

describe('the parts of the pipeline', async () => {
  requireAll(needs)
  await describeRungs(
    'text-classifier',
    'classifier.py',
    [
      [
        'weigh-words-by-rarity',
        'dampen-repeated-words',
        'leave-out-function-words',
        'leave-out-hapaxes',
        'keep-the-telling-words',
        'learn-by-stochastic-gradient',
        'complement-naive-bayes',
      ],
    ],
    // A fifth is for the time, which nobody knows beforehand.
    ([way = []]) => expect(Math.min(...way)).toBeGreaterThan(0.4),
  )
})

describe('the 20 newsgroups, here posts that are as fixed and public as they are', () => {
  requireAll(needs)

  test('can be learned from a draw', async () => {
    const { exitCode, stdout, stderr } = await avo(['eval', await makeNewsgroups(), '--json'])
    expect({ exitCode, ...JSON.parse(stdout) }, stderr).toMatchObject({
      exitCode: 0,
      correct: true,
      scores: [{ configuration: '20 newsgroups', value: expect.toSatisfy((value) => value > 0.6) }],
    })
  })

  test('are not told apart by what is known of their words beforehand', async () => {
    const candidate = await makeTask({ 'classifier.py': KNOWS_WORDS })
    const words = [await makeNewsgroups(), '--candidate', candidate, '--json']
    const { exitCode, stdout, stderr } = await avo(['eval', ...words])
    expect({ exitCode, ...JSON.parse(stdout) }, stderr).toMatchObject({
      exitCode: 3,
      correct: false,
      reason: expect.stringMatching(/\d\.\d% of the labels are right, and 20% is the least/),
    })
  })
})

/** Knows to which topic each word of the stand-in belongs, and learns no more than which number the topic has in a draw. */
const KNOWS_WORDS = `import re
from collections import Counter

def topic(text):
    return Counter(re.findall("([a-t])topic", text.lower())).most_common(1)

def classify(texts, labels, unknown):
    seen = {}
    for text, label in zip(texts, labels):
        for letter, _ in topic(text):
            seen.setdefault(letter, Counter())[label] += 1
    numbers = {letter: counts.most_common(1)[0][0] for letter, counts in seen.items()}
    return [next((numbers.get(letter, 0) for letter, _ in topic(text)), 0) for text in unknown]
`

/** The task with a stand-in where the posts would be: words of their topics among common ones. */
async function makeNewsgroups(): Promise<string> {
  const task = join(await makeTask({}), 'task')
  await avo(['init', task, '--from', 'text-classifier'])
  const posts = Array.from({ length: 3_200 }, (_, index) => {
    const topic = index % 20
    const words = Array.from({ length: 10 }, (_, word) => {
      const letter = String.fromCharCode('a'.charCodeAt(0) + (word < 6 ? topic : (index * 7 + word) % 20))
      return `the ${letter}topic${String.fromCharCode('a'.charCodeAt(0) + ((index + word * 3) % 26))}`
    })
    return [`${words.join(' ')}.\n`, topic]
  })
  await writeFile(join(task, 'scorer/20newsgroups.json.gz'), gzipSync(JSON.stringify(posts)))
  return task
}
