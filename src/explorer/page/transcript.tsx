import type { JSX } from 'preact'
import type { AttemptDetail, CallDetail, TurnDetail } from '../attempt-detail.ts'
import { cacheShare, renderDuration, renderShare, renderTokens, renderUsd } from './format.ts'

const KEPT: Readonly<Record<AttemptDetail['transcript'], string>> = {
  whole: '',
  part: "The agent's memory was cut since: of the turns without output, only their first lines are left.",
  gone: "The agent's memory was cut since: what is left of these turns is what the journal has, their first lines and calls.",
}

/** What agent and harness said to each other in an attempt: turns, calls, what came back. */
export function Transcript({ detail }: { readonly detail: AttemptDetail }): JSX.Element {
  const { turns, transcript } = detail
  return (
    <section class="part transcript" aria-label="Transcript">
      <h3>Transcript ({turns.length} turns)</h3>
      {turns.length === 0 && <p class="quiet">The model has not said anything yet.</p>}
      {KEPT[transcript] !== '' && turns.length > 0 && <p class="quiet">{KEPT[transcript]}</p>}
      {turns.map((turn) => (
        <Turn turn={turn} key={turn.turn} />
      ))}
    </section>
  )
}

function Turn({ turn }: { readonly turn: TurnDetail }): JSX.Element {
  const { usage, costUsd, durationMs, text, told, calls, end, isWhole } = turn
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  const cached = cacheShare(usage)
  return (
    <article class="turn">
      {told.map((words, index) => (
        <details key={index} class="told">
          <summary>The harness said: {words.slice(0, 90)}</summary>
          <pre>{words}</pre>
        </details>
      ))}
      <header>
        <h4>Turn {turn.turn}</h4>
        <span class="quiet">
          {renderTokens(input)} in{cached === null ? '' : `, ${renderShare(cached)} cached`} ·{' '}
          {renderTokens(usage.outputTokens)} out · {costUsd === null ? 'price unknown' : renderUsd(costUsd)} ·{' '}
          {renderDuration(durationMs)}
          {end === 'length' && ' · cut at the limit of a reply'}
          {end === 'refused' && ' · refused'}
        </span>
      </header>
      {text !== '' && (
        <p class="prose">
          {text}
          {!isWhole && <span class="quiet"> …</span>}
        </p>
      )}
      {calls.map((call, index) => (
        <Call key={index} call={call} />
      ))}
    </article>
  )
}

function Call({ call }: { readonly call: CallDetail }): JSX.Element {
  const { tool, about, failed, durationMs, input, output } = call
  const line = (
    <>
      <code class="tool">{tool}</code> <span class="about">{about}</span>{' '}
      <span class={failed === true ? 'incorrect' : 'quiet'}>
        {failed === null ? 'under way' : failed ? 'failed' : ''}{' '}
        {durationMs === null ? '' : renderDuration(durationMs)}
      </span>
    </>
  )
  if (input === null && output === null) return <div class="call">{line}</div>
  return (
    <details class="call">
      <summary>{line}</summary>
      {input !== null && <pre>{input}</pre>}
      {output !== null && <pre class="output">{output}</pre>}
    </details>
  )
}
