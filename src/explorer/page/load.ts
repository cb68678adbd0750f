import { useEffect, useState } from 'preact/hooks'

/** What is asked for, until it has come. */
export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: Error }

/** Asks for something, again whenever `key` changes; what was there stays until the new has come. */
export function useLoaded<Value>(load: () => Promise<Value>, key: string): Loaded<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: 'loading' })
  useEffect(() => {
    let isWanted = true
    load().then(
      (value) => {
        if (isWanted) setLoaded({ state: 'there', value })
      },
      (error: Error) => {
        if (isWanted) setLoaded({ state: 'failed', error })
      },
    )
    return () => {
      isWanted = false
    }
  }, [key])
  return loaded
}
