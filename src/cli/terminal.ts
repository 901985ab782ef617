import { randomBytes } from 'node:crypto'
import picocolors from 'picocolors'
import { visible } from '../base/visible.js'

type Colors = ReturnType<typeof picocolors.createColors>

/** Where a command line prints. Results go to stdout; progress, logs and warnings to stderr. */
export interface Terminal {
  /** Writes text for people to stdout (add your own newline). Control characters in it are shown, not sent. */
  readonly print: (text: string) => void
  /** Writes data for programs to stdout, as it is; on a terminal its control characters are shown too. */
  readonly printData: (text: string) => void
  /** Waits until all that was printed is written: what cannot be written ends the process before. */
  readonly printed: () => Promise<void>
  /** Writes a line to stderr. Control characters in it are shown, not sent. */
  readonly log: (line: string) => void
  /** Shows a line on stderr until the next line or status; an empty one clears it. Only on a terminal. */
  readonly showStatus: (line: string) => void
  /** Colors for stdout: plain in a pipe and under NO_COLOR. */
  readonly colors: Colors
  /** Colors for stderr. */
  readonly logColors: Colors
  /** Whether stdout and stderr are terminals (bars and redrawn lines only there). */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
}

export interface Output {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly isColored: boolean
}

/**
 * The one place through which everything passes that is printed. Texts of users, names of files and messages may hold
 * sequences that control a terminal; only the program's own colors and its status line reach it.
 */
export function createTerminal(stdout: Output, stderr: Output, printed: () => Promise<void>): Terminal {
  let isStatusShown = false
  return {
    print: text => stdout.write(shown(text)),
    printData: text => stdout.write(stdout.isTerminal ? shown(text) : text),
    printed,
    log: line => stderr.write(`${shown(line)}\n`),
    showStatus: line => {
      // A pipe is left alone as long as there is no status.
      if (line !== '' || isStatusShown) stderr.write(`\r\x1b[2K${shown(line)}`)
      isStatusShown = line !== ''
    },
    colors: markedColors(stdout.isColored),
    logColors: markedColors(stderr.isColored),
    isTerminal: { stdout: stdout.isTerminal, stderr: stderr.isTerminal },
  }
}

export function processTerminal(): Terminal {
  const plain = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== ''
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0'
  const output = (stream: NodeJS.WriteStream): Output => {
    const isTerminal = stream.isTTY === true
    return {
      write: text => void stream.write(text),
      isTerminal,
      isColored: !plain && (forced || (isTerminal && process.env.TERM !== 'dumb')),
    }
  }
  return createTerminal(
    output(process.stdout),
    output(process.stderr),
    () => new Promise(resolve => process.stdout.write('', () => resolve())),
  )
}

const ESCAPE = '\x1b'
/** Stands for the escape character of the program's own colors until they are printed; no text can contain it. */
const OWN_ESCAPE = `${ESCAPE}${randomBytes(8).toString('hex')}`

/** What is printed of a text: all control characters as escapes but those of the program's own colors. */
function shown(text: string): string {
  return text.split(OWN_ESCAPE).map(visible).join(ESCAPE)
}

/** The colors of picocolors with `OWN_ESCAPE` for the escape character. */
function markedColors(isColored: boolean): Colors {
  const plain = picocolors.createColors(isColored)
  const marked = Object.entries(plain).map(([name, paint]) => [
    name,
    typeof paint === 'boolean'
      ? paint
      : (text: string) => paint(isColored ? shown(text) : text).replaceAll(ESCAPE, OWN_ESCAPE),
  ])
  return Object.fromEntries(marked) as Colors
}
