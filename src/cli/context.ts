import picocolors from 'picocolors'

/** What a command may print with. Results go to stdout; progress, logs and warnings to stderr. */
export interface CliContext {
  /** Writes one piece of a result to stdout, as it is (add your own newline). */
  readonly print: (text: string) => void
  /** Writes a line to stderr. */
  readonly log: (line: string) => void
  /** Colors for stdout: plain in a pipe and under NO_COLOR. */
  readonly colors: ReturnType<typeof picocolors.createColors>
  /** Colors for stderr. */
  readonly logColors: ReturnType<typeof picocolors.createColors>
  /** Whether stdout and stderr are terminals (bars and redrawn lines only there). */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
}

export function processContext(): CliContext {
  const plain = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== ''
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0'
  const colored = (isTerminal: boolean) => !plain && (forced || (isTerminal && process.env.TERM !== 'dumb'))
  const stdout = process.stdout.isTTY === true
  const stderr = process.stderr.isTTY === true
  return {
    print: text => void process.stdout.write(text),
    log: line => void process.stderr.write(`${line}\n`),
    colors: picocolors.createColors(colored(stdout)),
    logColors: picocolors.createColors(colored(stderr)),
    isTerminal: { stdout, stderr },
  }
}
