import type { SgNode } from '@ast-grep/napi'

const VARIABLE = /\$\$\$([A-Z_][A-Z0-9_]*)|\$([A-Z_][A-Z0-9_]*)/g

/**
 * The text that a rule's `fix` stands for at a match, as ast-grep's command line makes it (its JavaScript interface
 * leaves that to the caller): variables replaced by what they matched, from the source with all its white space, one
 * that matched nothing by nothing, and every line indented to where it lands.
 */
export function renderFix(fix: string, match: SgNode, source: string): string {
  const base = indentationAt(source, match.range().start.index)
  return fix
    .split('\n')
    .map((line, index) => {
      const indentation = index === 0 ? base : base + indentationAt(line, line.length)
      const text = line.replaceAll(VARIABLE, (_text, many?: string, one?: string) =>
        many !== undefined
          ? renderMatched(match.getMultipleMatches(many), indentation, source)
          : renderVariable(one ?? '', match, indentation, source),
      )
      return index === 0 || text === '' ? text : base + text
    })
    .join('\n')
}

function renderVariable(name: string, match: SgNode, indentation: string, source: string): string {
  const node = match.getMatch(name)
  return node === null ? (match.getTransformed(name) ?? '') : renderMatched([node], indentation, source)
}

/** The source from the first node to the last one, its further lines moved from their old indentation to the new. */
function renderMatched(nodes: readonly SgNode[], indentation: string, source: string): string {
  const [first, last] = [nodes.at(0), nodes.at(-1)]
  if (first === undefined || last === undefined) return ''
  const start = first.range().start.index
  const before = indentationAt(source, start)
  const text = source.slice(start, last.range().end.index)
  if (before === indentation) return text
  return text.replaceAll(/\n([ \t]*)(?=\S)/g, (line, white: string) =>
    white.startsWith(before) ? `\n${indentation}${white.slice(before.length)}` : line,
  )
}

/** The white space at the beginning of the line that an offset is in. */
function indentationAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? ''
}
