/** No part of it can run over another's beginning: a megabyte of opening brackets takes linear time. */
const TOKEN =
  /<!--|<[!?][^<>]*>|<(?<close>\/?)(?<tag>[a-z][\w:-]*)(?![\w:-])(?:"[^"]*"|'[^']*'|[^'"<>]){0,10000}>|(?<text>[^<]+|<)/gi
const ENTITY = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  times: '×',
  minus: '−',
  le: '≤',
  ge: '≥',
  rarr: '→',
}
/** What they hold is for the browser. */
const SKIPPED = new Set(['script', 'style', 'template', 'svg', 'nav'])
const INLINE = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i img ins kbd mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
const FENCE = '````'

/** A page's text as Markdown: headings, list items, code between fences. Whatever it can't make sense of is text. */
export function htmlToMarkdown(html: string): string {
  const parts: string[] = []
  let preformatted = false
  const lower = html.toLowerCase()
  const scanner = new RegExp(TOKEN)
  for (let token = scanner.exec(html); token !== null; token = scanner.exec(html)) {
    const { close, tag: name, text }: Partial<Record<string, string>> = token.groups ?? {}
    const tag = name?.toLowerCase()
    if (token[0] === '<!--') skipTo('-->')
    else if (text !== undefined) parts.push(preformatted ? toCharacters(text) : toWords(text))
    else if (tag !== undefined && close === '' && SKIPPED.has(tag) && !token[0].endsWith('/>'))
      skipTo(`</${tag}`)
    else if (tag === 'pre') {
      if (preformatted !== (close === '')) parts.push(close === '' ? `\n\n${FENCE}\n` : `\n${FENCE}\n\n`)
      preformatted = close === ''
    } else if (tag !== undefined && !preformatted) parts.push(renderTag(tag, close === ''))
  }
  if (preformatted) parts.push(`\n${FENCE}\n`)
  return tidy(parts.join(''))

  function skipTo(end: string): void {
    const at = lower.indexOf(end, scanner.lastIndex)
    scanner.lastIndex = at === -1 ? html.length : at + (end === '-->' ? end.length : 0)
  }
}

function renderTag(tag: string, opens: boolean): string {
  const level = /^h([1-6])$/.exec(tag)?.[1]
  if (level !== undefined && opens) return `\n\n${'#'.repeat(Number(level))} `
  if (tag === 'title') return opens ? '\n\n# ' : '\n\n'
  if (tag === 'li') return opens ? '\n- ' : '\n'
  if (tag === 'br' || tag === 'tr') return '\n'
  if (tag === 'td' || tag === 'th') return opens ? '' : ' | '
  if (INLINE.has(tag)) return ''
  return '\n\n'
}

/** A line break between words is a space. */
function toWords(text: string): string {
  return toCharacters(text.replace(/\s+/g, ' '))
}

function toCharacters(text: string): string {
  return text.replace(ENTITY, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? entity
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : entity
  })
}

/** No spaces where lines begin and end, and no two blank lines in a row; code stays as it is. */
function tidy(text: string): string {
  let isCode = false
  let blank = true
  const lines: string[] = []
  for (const raw of text.split('\n')) {
    if (raw.trim() === FENCE) isCode = !isCode
    const line = isCode ? raw : raw.trim()
    if (isCode || line !== '' || !blank) lines.push(line)
    blank = !isCode && line === ''
  }
  return `${lines.join('\n').trim()}\n`
}
