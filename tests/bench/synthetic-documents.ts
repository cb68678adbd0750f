import { createRandom } from '../../src/gate/random.ts'

const WORDS = 20_000
const WORDS_IN_DOCUMENT = 200
const WORDS_IN_QUERY = 6
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo za'.split(' ')

/** Documents of made-up words that are as unequally common as those of a language, and queries of words that they have. */
export function createDocuments(
  documents: number,
  queries: number,
): { readonly texts: readonly string[]; readonly queries: readonly string[] } {
  const random = createRandom(5)
  const words = Array.from({ length: WORDS }, (_, at) => toWord(at))
  // Zipf's law: the logarithm of a word's rank is spread evenly.
  const draw = () => words[Math.floor(WORDS ** random()) - 1] ?? 'word'
  const sentence = (length: number) => Array.from({ length }, draw).join(' ')
  return {
    texts: Array.from(
      { length: documents },
      () =>
        `# ${sentence(4)}\n\n${sentence(WORDS_IN_DOCUMENT / 2)}.\n\n## ${sentence(3)}\n\n${sentence(WORDS_IN_DOCUMENT / 2)}.\n`,
    ),
    queries: Array.from({ length: queries }, () => sentence(WORDS_IN_QUERY)),
  }
}

function toWord(rank: number): string {
  const syllables: string[] = []
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    syllables.push(SYLLABLES[rest % SYLLABLES.length] ?? '')
  return syllables.join('')
}
