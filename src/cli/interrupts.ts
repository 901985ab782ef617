/** Runs work that writes files; Ctrl-C and a polite kill end the process, and its temporary files are removed. */
export function exitOnInterrupt<T>(work: () => Promise<T>): Promise<T> {
  return withHandlers(
    () => process.exit(130),
    () => process.exit(143),
    work,
  )
}

/**
 * Runs work that can be stopped: the first Ctrl-C (or polite kill) aborts its signal, the second ends the process.
 * @param onStop called at the first one
 */
export function abortOnInterrupt<T>(
  onStop: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    onStop()
    controller.abort()
  }
  return withHandlers(stop, stop, () => work(controller.signal))
}

async function withHandlers<T>(
  onInterrupt: () => void,
  onTerminate: () => void,
  work: () => Promise<T>,
): Promise<T> {
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  try {
    return await work()
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
  }
}
