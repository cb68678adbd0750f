import { describe, expect } from 'vitest'
import { pythonPackage, requireAll } from '../requires.ts'
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
