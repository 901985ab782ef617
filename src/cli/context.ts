import type { Command } from 'commander'
import picocolors from 'picocolors'
import { formatMessage, formatNote, type Message, type Note } from '../base/fault.js'
import { commandLineSpelling } from './command-line-spelling.js'

/** Exit codes: 0 done, 1 it failed, 2 for the user to fix (their input, or a full disk); 128 and more after a signal. */
export const EXIT = { done: 0, failed: 1, input: 2 } as const

/** Adds one verb (or one family of verbs) to the program. One file per verb in `commands/`. */
export type AddCommand = (program: Command, context: CliContext) => void

/** Where a command line prints. Results go to stdout; progress, logs and warnings to stderr. */
export interface Terminal {
  /** Writes one piece of a result to stdout, as it is (add your own newline). */
  readonly print: (text: string) => void
  /** Waits until all that was printed is written: what cannot be written ends the process before. */
  readonly printed: () => Promise<void>
  /** Writes a line to stderr. */
  readonly log: (line: string) => void
  /** Shows a line on stderr until the next line or status; an empty one clears it. Only on a terminal. */
  readonly showStatus: (line: string) => void
  /** Colors for stdout: plain in a pipe and under NO_COLOR. */
  readonly colors: ReturnType<typeof picocolors.createColors>
  /** Colors for stderr. */
  readonly logColors: ReturnType<typeof picocolors.createColors>
  /** Whether stdout and stderr are terminals (bars and redrawn lines only there). */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
}

/** What a command prints with. */
export interface CliContext extends Terminal {
  /** Prints one JSON document. */
  readonly printJson: (value: unknown) => void
  readonly note: (note: Message | Note) => void
  readonly warn: (warning: Message | Note) => void
  /** A message with its references as they are typed. */
  readonly spelled: (message: Message | Note) => string
}

export function createContext(terminal: Terminal): CliContext {
  const { print, log, logColors } = terminal
  const spelled = (message: Message | Note) =>
    isNote(message) ? formatNote(message, commandLineSpelling) : formatMessage(message, commandLineSpelling)
  return {
    ...terminal,
    printJson: value => print(`${JSON.stringify(value)}\n`),
    spelled,
    note: message => log(`${logColors.cyan('note')} ${spelled(message)}`),
    warn: message => log(`${logColors.yellow('warning')} ${spelled(message)}`),
  }
}

/** A status line that leaves a pipe alone as long as there is no status. */
function createStatus(): (line: string) => void {
  let isShown = false
  return line => {
    if (line !== '' || isShown) process.stderr.write(`\r\x1b[2K${line}`)
    isShown = line !== ''
  }
}

function isNote(message: Message | Note): message is Note {
  return typeof message === 'object' && 'code' in message
}

export function processTerminal(): Terminal {
  const plain = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== ''
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0'
  const colored = (isTerminal: boolean) => !plain && (forced || (isTerminal && process.env.TERM !== 'dumb'))
  const stdout = process.stdout.isTTY === true
  const stderr = process.stderr.isTTY === true
  return {
    print: text => void process.stdout.write(text),
    printed: () => new Promise(resolve => process.stdout.write('', () => resolve())),
    log: line => void process.stderr.write(`${line}\n`),
    showStatus: createStatus(),
    colors: picocolors.createColors(colored(stdout)),
    logColors: picocolors.createColors(colored(stderr)),
    isTerminal: { stdout, stderr },
  }
}
