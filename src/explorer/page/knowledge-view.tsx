import type { JSX } from 'preact'
import { nameOutcome } from '../../lesson.ts'
import type { KnowledgeView as Knowledge, RunView } from '../run-view.ts'
import { Part } from './attempt-pane.tsx'
import { Empty } from './empty.tsx'
import { renderCount } from './format.ts'
import { renderRoute } from './route.ts'
import { ScrollBox } from './scroll-box.tsx'

const LESSONS = 40

/** What the documents were good for, those that nobody used, and what attempts have taught. */
export function KnowledgeView({ view }: { readonly view: RunView }): JSX.Element {
  const { documents, unreadable, lessons } = view.knowledge
  const used = documents.filter(({ found, read, cited }) => found + read + cited > 0)
  const unused = documents.filter(({ found, read, cited }) => found + read + cited === 0)
  if (documents.length + unreadable.length + lessons.length === 0)
    return (
      <Empty title="There are no documents.">
        Drop some into the task's knowledge-base folder, at any time: the agent is told.
      </Empty>
    )
  const { insights } = view.status
  return (
    <div class="knowledge">
      <p class="lead">
        {used.length} of {renderCount(documents.length, 'document')} were found by a search,{' '}
        {used.filter(({ read }) => read > 0).length} read, {used.filter(({ cited }) => cited > 0).length}{' '}
        named by an accepted version.
      </p>
      {used.length > 0 && <Used documents={used} view={view} />}
      {unused.length > 0 && (
        <details class="part">
          <summary>
            <h2>
              Never used <span class="quiet">{unused.length}</span>
            </h2>
          </summary>
          <ul class="unused">
            {unused.map(({ document, title }) => (
              <li key={document}>
                {document} <span class="quiet">{title}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {unreadable.length > 0 && (
        <Part title="Can’t be read">
          <ul>
            {unreadable.map(({ document, problem }) => (
              <li key={document}>
                {document}: <span class="quiet">it {problem}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {insights !== null && (
        <Part title={`What ${renderCount(insights.attempts, 'attempt')} have shown`}>
          <p class="prose">{insights.gist}</p>
        </Part>
      )}
      {lessons.length > 0 && (
        <section class="part">
          <h2>
            Lessons <span class="quiet">{lessons.length}</span>
          </h2>
          <ul class="lessons">
            {lessons
              .slice(-LESSONS)
              .toReversed()
              .map((lesson) => (
                <li key={lesson.attempt}>
                  <a href={renderRoute({ run: view.id, page: 'attempts', rest: [String(lesson.attempt)] })}>
                    {lesson.attempt}
                  </a>{' '}
                  <b>{nameOutcome(lesson)}</b>
                  {lesson.times > 1 && ` (${lesson.times} attempts say so)`}: {lesson.tried} {lesson.happened}{' '}
                  {lesson.why} {lesson.unless}
                </li>
              ))}
          </ul>
          {lessons.length > LESSONS && (
            <p class="quiet">The newest {LESSONS}; the others are in the run's lessons folder.</p>
          )}
        </section>
      )}
    </div>
  )
}

function Used({
  documents,
  view,
}: {
  readonly documents: Knowledge['documents']
  readonly view: RunView
}): JSX.Element {
  return (
    <ScrollBox label="Documents">
      <table class="documents">
        <thead>
          <tr>
            <th>document</th>
            <th class="number">searches that found it</th>
            <th class="number">pages read</th>
            <th>versions that name it</th>
          </tr>
        </thead>
        <tbody>
          {documents.map(({ document, title, found, read, isThere }) => (
            <tr key={document}>
              <td>
                {document} <span class="quiet">{isThere ? title : 'gone since'}</span>
              </td>
              <td class="number">{found || ''}</td>
              <td class="number">{read || ''}</td>
              <td>
                {view.versions
                  .filter((version) => version.documents.includes(document))
                  .map(({ number }) => (
                    <>
                      <a
                        href={renderRoute({
                          run: view.id,
                          page: 'diff',
                          rest: [`v${Math.max(0, number - 1)}`, `v${number}`],
                        })}
                      >
                        v{number}
                      </a>{' '}
                    </>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}
