import { parse } from 'diff2html/lib-esm/diff-parser.js'
import type { DiffBlock, DiffFile } from 'diff2html/lib-esm/types.js'
import type { ComponentChildren, JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { gainOver } from '../../score.ts'
import type { RunView } from '../run-view.ts'
import { type DiffCell, type DiffRow, toDiffRows } from './diff-rows.ts'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { renderCount, renderGain, renderNumber, renderPercent } from './format.ts'
import { languageOf, type Token } from './highlight.ts'
import { useLoaded } from './load.ts'
import { go, renderRoute, route, setQuery } from './route.ts'
import { ScrollBox } from './scroll-box.tsx'
import type { RunSource } from './source.ts'

/** Of a file: what is more is shown when it is asked for. */
const MAX_ROWS = 1_500

/** How the files of two versions, or of a version and what an attempt submitted, differ. */
export function DiffView({
  view,
  source,
}: {
  readonly view: RunView
  readonly source: RunSource
}): JSX.Element {
  const { rest, query } = route.value
  const newest = view.versions.length - 1
  const [from = `v${Math.max(0, newest - 1)}`, to = `v${newest}`] = rest
  const isUnified = query.get('as') === 'unified' || (query.get('as') !== 'split' && window.innerWidth < 700)
  const loaded = useLoaded(() => source.readDiff(view.id, from, to), `${view.id}/${from}/${to}`)
  const choose = (left: string, right: string): void =>
    go({ ...route.value, run: view.id, page: 'diff', rest: [left, right] }, true)
  return (
    <div class="diff-view">
      <div class="toolbar">
        <Choice label="from" value={from} view={view} onChoose={(name) => choose(name, to)} />
        <Choice label="to" value={to} view={view} onChoose={(name) => choose(from, name)} />
        <Steps from={from} to={to} view={view} onChoose={choose} />
        <span class="grow" />
        <label class="switch">
          <input
            type="checkbox"
            checked={isUnified}
            onChange={() => setQuery({ as: isUnified ? 'split' : 'unified' })}
          />{' '}
          unified
        </label>
      </div>
      <Heading name={to} from={from} view={view} />
      <Scores from={from} to={to} view={view} />
      {loaded.state === 'loading' && <p class="quiet">Reading the files…</p>}
      {loaded.state === 'failed' && <Failure error={loaded.error} />}
      {loaded.state === 'there' && (
        <Files diff={loaded.value.diff} left={loaded.value.left} isUnified={isUnified} />
      )}
    </div>
  )
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly view: RunView
  readonly onChoose: (name: string) => void
}): JSX.Element {
  const { label, value, view, onChoose } = props
  const names = view.versions.map(({ number }) => `v${number}`)
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!names.includes(value) && <option value={value}>{value.replace(/^a/, 'attempt ')}</option>}
        {view.versions.toReversed().map(({ number, score }) => (
          <option value={`v${number}`} key={number}>
            v{number} · {renderNumber(score)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** To the diff of the version before or after. */
function Steps(props: {
  readonly from: string
  readonly to: string
  readonly view: RunView
  readonly onChoose: (from: string, to: string) => void
}): JSX.Element | null {
  const number = /^v(\d+)$/.exec(props.to)?.[1]
  if (number === undefined) return null
  const at = Number(number)
  const step = (version: number): void => props.onChoose(`v${version - 1}`, `v${version}`)
  return (
    <span class="steps">
      <button type="button" disabled={at <= 1} onClick={() => step(at - 1)} title="The version before">
        ← v{Math.max(1, at - 1)}
      </button>
      <button
        type="button"
        disabled={at >= props.view.versions.length - 1}
        onClick={() => step(at + 1)}
        title="The version after"
      >
        v{Math.min(props.view.versions.length - 1, at + 1)} →
      </button>
    </span>
  )
}

function Heading({
  name,
  from,
  view,
}: {
  readonly name: string
  readonly from: string
  readonly view: RunView
}): JSX.Element | null {
  const number = Number(name.slice(1))
  if (name.startsWith('a'))
    return (
      <h2 class="diff-title">
        <a href={renderRoute({ run: view.id, page: 'attempts', rest: [String(number)] })}>Attempt {number}</a>{' '}
        against {from}
      </h2>
    )
  const version = view.versions[number]
  if (version === undefined) return null
  return (
    <h2 class="diff-title">
      v{number}: {version.summary.split('\n')[0]}{' '}
      <span class="quiet">{number === 0 ? '' : renderGain(version.gain, version.interval)}</span>
    </h2>
  )
}

/** The scores of both versions in each configuration, those included that the agent never hears of. */
function Scores(props: {
  readonly from: string
  readonly to: string
  readonly view: RunView
}): JSX.Element | null {
  const [before, after] = [props.from, props.to].map((name) =>
    name.startsWith('v') ? props.view.versions[Number(name.slice(1))] : undefined,
  )
  if (before === undefined || after === undefined || before === after) return null
  const { direction } = props.view.facts
  const lines = [
    ...after.scores.map((score) => ({ ...score, isHidden: false })),
    ...after.holdout.map((score) => ({ ...score, isHidden: true })),
  ].map((score) => {
    const old = [...before.scores, ...before.holdout].find(
      ({ configuration }) => configuration === score.configuration,
    )
    return { ...score, old: old?.value ?? null }
  })
  return (
    <details>
      <summary>
        Scores: {renderNumber(before.score)} → {renderNumber(after.score)}
        {before.scorer === after.scorer ? '' : ', of different scorers: not to be compared'}
      </summary>
      <ScrollBox label="Scores in each configuration">
        <table class="plain">
          <thead>
            <tr>
              <th>configuration</th>
              <th class="number">v{before.number}</th>
              <th class="number">v{after.number}</th>
              <th class="number">as recorded</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ configuration, value, old, isHidden }) => (
              <tr key={configuration}>
                <td>
                  {configuration} {isHidden && <span class="quiet">hidden from the agent</span>}
                </td>
                <td class="number">{old === null ? '–' : renderNumber(old)}</td>
                <td class="number">{renderNumber(value)}</td>
                <td class="number">{old === null ? '' : renderPercent(gainOver(value, old, direction))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  )
}

function Files(props: {
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
