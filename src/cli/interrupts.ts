import { closeSync } from 'node:fs'

/** The exit code after a signal: 128 and its number, as a shell reports it. SIGHUP comes when the terminal is closed. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof EXIT_CODES

/** The exit code of the last signal that stopped work. */
let interrupted: number = EXIT_CODES.SIGINT

/** Runs work that writes files; the signals end the process, and its temporary files are removed. */
export function exitOnInterrupt<T>(work: () => Promise<T>): Promise<T> {
  return withHandlers(signal => process.exit(EXIT_CODES[signal]), work)
}

/**
 * Runs work that can be stopped: the first Ctrl-C, polite kill or closed terminal aborts its signal, the second ends the
 * process.
 * @param onStop called at the first one
 */
export function abortOnInterrupt<T>(
  onStop: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = (signal: Signal) => {
    interrupted = EXIT_CODES[signal]
    if (controller.signal.aborted) process.exit(interrupted)
    onStop()
    controller.abort()
  }
  return withHandlers(stop, () => work(controller.signal))
}

/** Makes the process end, once nothing is left to do, with the code of the signal that stopped its work. */
export function exitAsInterrupted(): void {
  process.exitCode = interrupted
}

async function withHandlers<T>(onSignal: (signal: Signal) => void, work: () => Promise<T>): Promise<T> {
  const signals = Object.keys(EXIT_CODES) as Signal[]
  const listeners = signals.map(signal => [signal, () => onSignal(signal)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  process.once('SIGHUP', leaveTerminal)
  try {
    return await work()
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener)
    process.off('SIGHUP', leaveTerminal)
  }
}

/** At its end Node resets the terminal that it was started in, and aborts the process if that no longer exists. */
function leaveTerminal(): void {
  process.once('exit', () => {
    for (const stream of [0, 1, 2])
      try {
        closeSync(stream)
      } catch {
        // It was closed already.
      }
  })
}
