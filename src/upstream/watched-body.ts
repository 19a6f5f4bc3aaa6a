/** Tells how far a request's body has got, and rings when the backend takes too long over a piece of it. */
export interface BodyWatch {
  /** The first piece was asked for: from here on the request must not be repeated. */
  started: boolean
  /** All of it was handed to the connection. */
  done: boolean
  /** What the body itself threw, if it did. */
  failure: unknown
}

/**
 * Passes a body on. `onWait` is called when the backend has been given something and owes progress, `onIdle` when
 * we wait for the client instead (whose silence is the client's timeout, not the backend's).
 */
export async function* watchedBody(
  body: AsyncIterable<Buffer>,
  watch: BodyWatch,
  timer: { onWait(): void; onIdle(): void },
): AsyncGenerator<Buffer> {
  watch.started = true
  timer.onIdle()
  try {
    for await (const chunk of body) {
      timer.onWait()
      yield chunk
      timer.onIdle()
    }
    watch.done = true
  } catch (error) {
    watch.failure = error
    throw error
  } finally {
    timer.onWait()
  }
}
