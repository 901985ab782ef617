import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { isInputError } from '../base/errors.js'
import { addCompare } from './commands/compare.js'
import { addCorpus } from './commands/corpus.js'
import { addDemo } from './commands/demo.js'
import { addEvaluate } from './commands/evaluate.js'
import { addInit } from './commands/init.js'
import { addPredict } from './commands/predict.js'
import { addReport } from './commands/report.js'
import { addScore } from './commands/score.js'
import { addTrain } from './commands/train.js'
import { type CliContext, processContext } from './context.js'

/** Adds one verb (or one family of verbs) to the program. One file per verb in `commands/`. */
export type AddCommand = (program: Command, context: CliContext) => void

const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addCorpus,
  addInit,
  addTrain,
  addEvaluate,
  addScore,
  addPredict,
  addReport,
  addCompare,
]

/** Exit codes of the contract: 0 done, 1 it failed, 2 the user's to mend (their input, or a full disk). */
export const EXIT = { done: 0, failed: 1, input: 2 } as const

/**
 * Runs the command line and answers the exit code; never throws.
 * A mistake of the user's prints one message, anything else the stack, since that is a bug of ours or the machine's.
 */
export async function main(args: readonly string[], context: CliContext = processContext()): Promise<number> {
  watchStreams()
  const program = new Command('nerite')
    .description('Named entity recognition: train a tagger on labeled text, score it honestly, tag new text.')
    .version(packageVersion())
    .showHelpAfterError('(run with --help for the options and an example)')
    .configureOutput({ writeOut: context.print, writeErr: text => context.log(text.replace(/\n$/, '')) })
    .exitOverride()
  for (const add of COMMANDS) add(program, context)
  const exitCodeBefore = process.exitCode
  process.exitCode = undefined
  try {
    await program.parseAsync([...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.done
  } catch (error) {
    return explain(error, context)
  } finally {
    process.exitCode = exitCodeBefore
  }
}

function explain(error: unknown, { log, logColors }: CliContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.input
  if (isInputError(error)) {
    for (const line of error.message.split('\n')) log(`${logColors.red('error')} ${line}`)
    return EXIT.input
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC') {
    log(`${logColors.red('error')} ${FULL}: nothing was left half-written; free some space and run again`)
    return EXIT.input
  }
  log(`${logColors.red('error')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return EXIT.failed
}

const FULL = 'the disk is full'

function watchStreams(): void {
  for (const [stream, listener] of [
    [process.stdout, onStdoutError],
    [process.stderr, onStderrError],
  ] as const)
    if (!stream.listeners('error').includes(listener)) stream.on('error', listener)
}

/** Nobody reads on, as with `| head`: done. */
function onStdoutError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  if (error.code !== 'ENOSPC') throw error
  process.stderr.write(`error standard output: ${FULL}; free some space and run again\n`)
  process.exit(EXIT.input)
}

/** Progress that nobody can see is no reason to stop training. */
function onStderrError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ENOSPC') throw error
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
