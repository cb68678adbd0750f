import { parse } from 'diff2html/lib-esm/diff-parser.js'
import type { DiffBlock, DiffFile } from 'diff2html/lib-esm/types.js'
import type { ComponentChildren, JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { type DiffCell, type DiffRow, toDiffRows } from './diff-rows.ts'
import { Empty } from './empty.tsx'
import { renderCount } from './format.ts'
import { languageOf, type Token } from './highlight.ts'
import { ScrollBox } from './scroll-box.tsx'

/** Of a file: what is more is shown when it is asked for. */
const MAX_ROWS = 1_500

/** A unified diff, file by file. */
export function DiffFiles(props: {
  readonly diff: string
  readonly left: number
  readonly isUnified: boolean
}): JSX.Element {
  const files = useMemo(() => parse(props.diff), [props.diff])
  if (files.length === 0) return <Empty title="The files are the same." />
  return (
    <>
      <p class="quiet">
        {renderCount(files.length, 'file')}, {sum(files, 'addedLines')} lines added,{' '}
        {sum(files, 'deletedLines')} removed
        {props.left > 0 &&
          `; the diff goes on for ${props.left.toLocaleString('en-US')} characters that are left out`}
      </p>
      {files.map((file, index) => (
        <File file={file} isUnified={props.isUnified} key={`${index}${file.newName}`} />
      ))}
    </>
  )
}

function sum(files: readonly DiffFile[], field: 'addedLines' | 'deletedLines'): number {
  return files.reduce((total, file) => total + file[field], 0)
}

function nameOf({ oldName, newName }: DiffFile): string {
  if (newName === '/dev/null') return `${oldName} (removed)`
  if (oldName === '/dev/null') return `${newName} (new)`
  return oldName === newName ? newName : `${oldName} → ${newName}`
}

function File({ file, isUnified }: { readonly file: DiffFile; readonly isUnified: boolean }): JSX.Element {
  const [isWhole, setWhole] = useState(false)
  const language = languageOf(file.newName === '/dev/null' ? file.oldName : file.newName)
  const blocks = useMemo(
    () => file.blocks.map((block) => ({ block, rows: toDiffRows(block, language) })),
    [file],
  )
  const total = blocks.reduce((count, { rows }) => count + rows.length, 0)
  let room = isWhole ? Number.POSITIVE_INFINITY : MAX_ROWS
  return (
    <section class="file" aria-label={nameOf(file)}>
      <header>
        <code>{nameOf(file)}</code>
        <span>
          <span class="added">+{file.addedLines}</span> <span class="removed">−{file.deletedLines}</span>
        </span>
      </header>
      {file.isBinary === true && <p class="quiet">It is no text.</p>}
      <ScrollBox label={`Changes of ${nameOf(file)}`}>
        <table class={`code ${isUnified ? 'unified' : 'split'}`}>
          <colgroup>
            <col class="line" />
            <col class={isUnified ? 'line' : ''} />
            {!isUnified && <col class="line" />}
            <col />
          </colgroup>
          {blocks.map(({ block, rows }) => {
            const shown = rows.slice(0, room)
            room -= shown.length
            return shown.length === 0 ? null : (
              <Block key={block.header} block={block} rows={shown} isUnified={isUnified} />
            )
          })}
        </table>
      </ScrollBox>
      {total > MAX_ROWS && !isWhole && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {total.toLocaleString('en-US')} lines
        </button>
      )}
    </section>
  )
}

function Block(props: {
  readonly block: DiffBlock
  readonly rows: readonly DiffRow[]
  readonly isUnified: boolean
}): JSX.Element {
  const { block, rows, isUnified } = props
  return (
    <tbody>
      <tr class="hunk">
        <td colSpan={isUnified ? 3 : 4}>{block.header}</td>
      </tr>
      {isUnified
        ? toUnified(rows)
        : rows.map(({ left, right }, index) => (
            <tr key={index}>
              <Side cell={left} kind="removed" />
              <Side cell={right} kind="added" />
            </tr>
          ))}
    </tbody>
  )
}

/** Lines that were removed come before those that took their place. */
function toUnified(rows: readonly DiffRow[]): readonly JSX.Element[] {
  const lines: JSX.Element[] = []
  let added: JSX.Element[] = []
  const flush = (): void => {
    lines.push(...added)
    added = []
  }
  rows.forEach(({ left, right }, index) => {
    if (left !== null && !left.isChanged && right !== null) {
      flush()
      lines.push(
        <tr key={index}>
          <td class="line">{left.number}</td>
          <td class="line">{right.number}</td>
          <Code cell={right} />
        </tr>,
      )
      return
    }
    if (left !== null)
      lines.push(
        <tr class="removed" key={`${index}l`}>
          <td class="line">{left.number}</td>
          <td class="line" />
          <Code cell={left} />
        </tr>,
      )
    if (right !== null)
      added.push(
        <tr class="added" key={`${index}r`}>
          <td class="line" />
          <td class="line">{right.number}</td>
          <Code cell={right} />
        </tr>,
      )
  })
  flush()
  return lines
}

function Side({ cell, kind }: { readonly cell: DiffCell | null; readonly kind: string }): JSX.Element {
  if (cell === null)
    return (
      <>
        <td class="line none" />
        <td class="none" />
      </>
    )
  const mark = cell.isChanged ? kind : ''
  return (
    <>
      <td class={`line ${mark}`}>{cell.number}</td>
      <Code cell={cell} mark={mark} />
    </>
  )
}

function Code({ cell, mark = '' }: { readonly cell: DiffCell; readonly mark?: string }): JSX.Element {
  return (
    <td class={`text ${mark}`}>{cell.tokens.length === 0 ? ' ' : renderTokens(cell.tokens, cell.differs)}</td>
  )
}

/** Pieces of a line, cut where what differs begins and ends. */
function renderTokens(tokens: readonly Token[], differs: DiffCell['differs']): ComponentChildren {
  let at = 0
  return tokens.flatMap(({ text, kind }, index) => {
    const start = at
    at += text.length
    const cuts = differs === null ? [] : differs.map((cut) => Math.min(Math.max(cut - start, 0), text.length))
    const [from = text.length, to = text.length] = cuts
    return [text.slice(0, from), text.slice(from, to), text.slice(to)].map((part, piece) =>
      part === '' ? null : (
        <span
          key={`${index}.${piece}`}
          class={`${kind === '' ? '' : `syntax-${kind}`} ${piece === 1 ? 'differs' : ''}`}
        >
          {part}
        </span>
      ),
    )
  })
}
