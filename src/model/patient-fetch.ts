/**
 * A `fetch` that gives up when nothing comes for a while: neither the answer's head nor its next piece. A provider that
 * thinks for an hour and says so from time to time is waited for; a connection that went dead is not.
 */
export function createPatientFetch(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController()
    const timer = setTimeout(() => {
      silence.abort(new DOMException(`timed out: silent for ${timeoutMs / 1000} s`, 'TimeoutError'))
    }, timeoutMs)
    timer.unref()
    const signal = init?.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal
    try {
      const response = await fetch(input, { ...init, signal })
      const heard = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          timer.refresh()
          controller.enqueue(piece)
        },
        flush: () => clearTimeout(timer),
      })
      return new Response(response.body?.pipeThrough(heard) ?? null, response)
    } catch (error) {
      clearTimeout(timer)
      throw error
    }
  }
}
