import { render } from 'preact'
import { App } from './app.tsx'
import { createFileSource, readPageData } from './file-source.ts'
import { createLiveSource } from './live-source.ts'
import type { RunSource } from './source.ts'
import { startStore } from './store.ts'

void start(document.getElementById('page'))

async function start(place: HTMLElement | null): Promise<void> {
  if (place === null) return
  const source = await openSource()
  startStore(source)
  render(<App source={source} />, place)
}

async function openSource(): Promise<RunSource> {
  const data = await readPageData()
  if (data !== null) return createFileSource(data)
  return createLiveSource(new URLSearchParams(location.search).get('token') ?? '')
}
