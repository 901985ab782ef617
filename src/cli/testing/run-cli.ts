import { CommanderError } from 'commander'
import { isInputError } from '../../base/errors.js'
import { type Fault, formatPlace } from '../../base/fault.js'
import { commandLineSpelling } from '../command-line-spelling.js'
import { type CliContext, createContext } from '../context.js'
import { explain, runCommandLine } from '../main.js'
import { createTerminal, type Terminal } from '../terminal.js'

export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What the command threw: the code of an InputError, or of the option parser (`commander.invalidArgument`). */
  readonly errorCode?: string
  readonly faults: readonly Fault[]
  /** The faults' places, spelled as a command line does. */
  readonly places: readonly string[]
}

/** Runs the command line in this process with plain output, and collects what it prints and throws. */
export async function runCli(...args: readonly string[]): Promise<CliRun> {
  const { terminal, printed } = recordingTerminal()
  // A command may set the exit code of the process; the test's own is not to change.
  const before = process.exitCode
  process.exitCode = undefined
  try {
    return { code: await runCommandLine(args, terminal), ...printed, faults: [], places: [] }
  } catch (error) {
    const code = explain(error, terminal)
    const faults = isInputError(error) ? error.faults : []
    const places = faults.map(({ where }) => formatPlace(where, commandLineSpelling))
    const errorCode = isInputError(error) || error instanceof CommanderError ? error.code : undefined
    return { code, ...printed, errorCode, faults, places }
  } finally {
    process.exitCode = before
  }
}

/** A terminal that keeps what is printed on it. @param isTerminal whether it says that it is one */
export function recordingTerminal(isTerminal = false): {
  readonly terminal: Terminal
  readonly printed: { stdout: string; stderr: string; status: string[] }
} {
  const printed = { stdout: '', stderr: '', status: [] as string[] }
  const collect = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (printed[name] += text),
    isTerminal,
    isColored: false,
  })
  const terminal = createTerminal(collect('stdout'), collect('stderr'), async () => {})
  return { printed, terminal: { ...terminal, showStatus: line => void printed.status.push(line) } }
}

/** A context that keeps what is printed. */
export function recordingContext(isTerminal = false): {
  readonly context: CliContext
  readonly printed: { readonly stdout: string; readonly stderr: string; readonly status: readonly string[] }
} {
  const { terminal, printed } = recordingTerminal(isTerminal)
  return { context: createContext(terminal), printed }
}

/** Runs a generator to its end. @returns what it returns, and what it yielded */
export async function finish<Event, Result>(
  events: AsyncGenerator<Event, Result>,
): Promise<{ readonly result: Result; readonly events: readonly Event[] }> {
  const seen: Event[] = []
  let next = await events.next()
  for (; !next.done; next = await events.next()) seen.push(next.value)
  return { result: next.value, events: seen }
}
