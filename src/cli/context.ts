import type { Command } from 'commander'
import { formatMessage, formatNote, type Message, type Note } from '../base/fault.js'
import { commandLineSpelling } from './command-line-spelling.js'
import type { Terminal } from './terminal.js'

/** Exit codes: 0 done, 1 it failed, 2 for the user to fix (their input, or a full disk); 128 and more after a signal. */
export const EXIT = { done: 0, failed: 1, input: 2 } as const

/** Adds one verb (or one family of verbs) to the program. One file per verb in `commands/`. */
export type AddCommand = (program: Command, context: CliContext) => void

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
  const { printData, log, logColors } = terminal
  const spelled = (message: Message | Note) =>
    isNote(message) ? formatNote(message, commandLineSpelling) : formatMessage(message, commandLineSpelling)
  return {
    ...terminal,
    printJson: value => printData(`${JSON.stringify(value)}\n`),
    spelled,
    note: message => log(`${logColors.cyan('note')} ${spelled(message)}`),
    warn: message => log(`${logColors.yellow('warning')} ${spelled(message)}`),
  }
}

function isNote(message: Message | Note): message is Note {
  return typeof message === 'object' && 'code' in message
}
