/** Terms longer than this are data (base64, hashes), not words. */
const MAX_TERM_CHARACTERS = 64

const WORD = /[\p{L}\p{M}\p{N}_]+/gu
/** `HTTPServer2` is HTTP, Server, 2. */
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu

const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after all also an and any are as at be been before but by can could do does each for from had has have how ' +
    'i if in into is it its like may more most no not of on or so some such than that the their them then there these ' +
    'they this those to up use used using was we were what when where which while who why will with would you your'
  ).split(' '),
)

/** What words were taken apart into: the same ones come again and again, and taking one apart takes ten times as long. */
const known = new Map<string, readonly string[]>()
const MAX_KNOWN = 50_000
/** The engine keeps a longer one as a part of the text that it is from, and with it the whole text. */
const MAX_KNOWN_CHARACTERS = 12

/**
 * What a text is about, word by word, as searching compares it: identifiers also in their parts, words without their
 * endings, and without those that say nothing.
 */
export function toTerms(text: string): readonly string[] {
  const terms: string[] = []
  for (const [word] of text.normalize('NFKC').matchAll(WORD)) {
    for (const term of known.get(word) ?? learn(word)) terms.push(term)
  }
  return terms
}

function learn(word: string): readonly string[] {
  const terms = takeApart(word)
  if (word.length > MAX_KNOWN_CHARACTERS) return terms
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(word, terms)
  return terms
}

function takeApart(word: string): readonly string[] {
  const terms: string[] = []
  const parts = word.match(PART) ?? []
  if (parts.length > 1 && word.length <= MAX_TERM_CHARACTERS) terms.push(word.toLowerCase())
  for (const part of parts) {
    const lower = part.toLowerCase().slice(0, MAX_TERM_CHARACTERS)
    if (!STOP_WORDS.has(lower)) terms.push(stem(lower))
  }
  return terms
}

/** Endings from the outside in, with what takes their place; what is left must still be a word's root. */
const ENDINGS: readonly (readonly [ending: RegExp, replacement: string])[] = [
  [/ies$/, 'y'],
  [/(?<=ss|x|ch|sh)es$/, ''],
  [/(?<![su])s$/, ''],
  [/(?<=.{5})i[sz](?:ation|ing|ed|er|e)$/, ''],
  [/at(?:ion|ing|ed|or|e)$/, ''],
  [/(?:ing|ed|ly|ment|ness|ism|able|ible|al|ive|ion)$/, ''],
  [/er$/, ''],
  [/(?<=[^aeiou])e$/, ''],
  [/([^aeiouls])\1$/, '$1'],
]

/**
 * A word without its endings, British and American alike: `vectorise`, `vectorized` and `vectorization` are all
 * `vector`. Light on purpose: a wrong guess only has to be the same guess in the document and in the query.
 */
function stem(word: string): string {
  if (!/^[a-z]{4,}$/.test(word)) return word
  return ENDINGS.reduce((stemmed, [ending, replacement]) => {
    const shorter = stemmed.replace(ending, replacement)
    return shorter.length >= 3 && /[aeiouy]/.test(shorter) ? shorter : stemmed
  }, word)
}
