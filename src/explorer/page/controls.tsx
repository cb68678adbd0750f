import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RunView } from '../run-view.ts'
import { Failure } from './failure.tsx'
import { renderMoment } from './format.ts'
import type { RunActions } from './source.ts'

type Asked = 'pause' | 'resume' | 'stop' | null

/** What a person may do to a run: say something to the agent, let it rest, stop it. */
export function Controls({
  view,
  actions,
}: {
  readonly view: RunView
  readonly actions: RunActions
}): JSX.Element {
  const { phase, pid } = view.status
  const [asked, setAsked] = useState<Asked>(null)
  const [error, setError] = useState<Error | null>(null)
  const box = useRef<HTMLDialogElement>(null)
  const ask = (what: Exclude<Asked, null>): void => {
    setAsked(what)
    setError(null)
    actions[what](view.id).catch((thrown: Error) => {
      setAsked(null)
      setError(thrown)
    })
  }
  // What was asked for has come, or the process that it was asked of is gone.
  useEffect(() => setAsked(null), [phase, pid])
  const isOver = phase !== 'running' && phase !== 'paused'
  const isPausing = asked === 'pause' && phase === 'running'
  return (
    <div class="controls">
      <button type="button" onClick={() => box.current?.showModal()}>
        Steer…
      </button>
      {!isOver &&
        (phase === 'paused' || isPausing ? (
          <button
            type="button"
            onClick={() => ask('resume')}
            title={isPausing ? 'It rests before its next model call' : ''}
          >
            {isPausing ? 'Pausing… (resume)' : 'Resume'}
          </button>
        ) : (
          <button type="button" onClick={() => ask('pause')} title="It rests before its next model call">
            Pause
          </button>
        ))}
      {!isOver && (
        <button
          type="button"
          disabled={asked === 'stop'}
          onClick={() => {
            if (
              window.confirm(
                'Stop the run? Its step comes to a clean end, and avo run goes on with it later.',
              )
            )
              ask('stop')
          }}
        >
          {asked === 'stop' ? 'Stopping…' : 'Stop…'}
        </button>
      )}
      {error !== null && <Failure error={error} />}
      <dialog ref={box} aria-labelledby="steer-title">
        <SteerBox view={view} actions={actions} onClose={() => box.current?.close()} />
      </dialog>
    </div>
  )
}

function SteerBox(props: {
  readonly view: RunView
  readonly actions: RunActions
  readonly onClose: () => void
}): JSX.Element {
  const { view, actions, onClose } = props
  const [text, setText] = useState('')
  const [sent, setSent] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const isRunning = view.status.pid !== null
  const send = (event: Event): void => {
    event.preventDefault()
    actions.steer(view.id, text).then(
      () => {
        setSent(true)
        setText('')
        setError(null)
      },
      (thrown: Error) => setError(thrown),
    )
  }
  return (
    <form onSubmit={send}>
      <h2 id="steer-title">Tell the agent something</h2>
      <p class="quiet">
        It gets this {isRunning ? 'at its next turn' : 'when the run is started again'}. Your words come
        before documents and its own plans, and stay in force until you say otherwise.
      </p>
      <textarea
        rows={5}
        aria-label="What the agent should know"
        value={text}
        maxLength={20_000}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setSent(false)
        }}
      />
      {error !== null && <Failure error={error} />}
      <div class="buttons">
        {sent && <span role="status">Sent.</span>}
        <span class="grow" />
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button type="submit" class="main" disabled={text.trim() === ''}>
          Send
        </button>
      </div>
      {view.status.steering.length > 0 && (
        <section>
          <h3>Received so far</h3>
          <ul class="said">
            {view.status.steering.toReversed().map(({ number, at, text: said }) => (
              <li key={number}>
                <time dateTime={at} title={at} class="quiet">
                  {renderMoment(Date.parse(at))}
                </time>{' '}
                <span class="prose">{said}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </form>
  )
}
