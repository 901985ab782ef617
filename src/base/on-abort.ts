const listenersOf = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls a function once when a signal is aborted, as `addEventListener` does. A signal on which thousands listen stays fast,
 * and Node.js does not warn of a leak: to the signal they are one.
 *
 * @returns stops listening
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const known = listenersOf.get(signal)
  const listeners = known ?? new Set()
  if (!known) {
    listenersOf.set(signal, listeners)
    const all = () => {
      for (const each of listeners) each()
    }
    signal.addEventListener('abort', all, { once: true })
  }
  // A function of its own: the same one may listen twice.
  const own = () => listener()
  listeners.add(own)
  return () => void listeners.delete(own)
}
