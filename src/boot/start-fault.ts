/**
 * Starts something, and puts the key of the configuration before the words of what fails: the system's own name an address
 * or a path, and not where to change it.
 * @throws Error `server.listen_addr: listen EADDRINUSE: …`
 */
export async function startedFrom<T>(key: string, start: () => Promise<T> | T): Promise<T> {
  try {
    return await start()
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Error(`${key}: ${words}`, { cause: error })
  }
}
