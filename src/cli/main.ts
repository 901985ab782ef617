import { Command, CommanderError } from 'commander'
import { isInputError } from '../base/errors.js'
import { fullFault } from '../base/place-fault.js'
import { VERSION } from '../base/version.js'
import { commandLineSpelling } from './command-line-spelling.js'
import { addCompare } from './commands/compare.js'
import { addCorpusCheck } from './commands/corpus-check.js'
import { addCorpusConvert } from './commands/corpus-convert.js'
import { addCorpusSplit } from './commands/corpus-split.js'
import { addCorpusStats } from './commands/corpus-stats.js'
import { addDemo } from './commands/demo.js'
import { addEvaluate } from './commands/evaluate.js'
import { addInit } from './commands/init.js'
import { addPack } from './commands/pack.js'
import { addPredict } from './commands/predict.js'
import { addReport } from './commands/report.js'
import { addScore } from './commands/score.js'
import { addTrain } from './commands/train.js'
import { addVectorsCompact } from './commands/vectors-compact.js'
import { type AddCommand, createContext, EXIT } from './context.js'
import { processTerminal, type Terminal } from './terminal.js'

const addCorpus: AddCommand = (program, context) => {
  const family = program.command('corpus').description('check, describe, convert and split labeled text')
  for (const add of [addCorpusCheck, addCorpusStats, addCorpusConvert, addCorpusSplit]) add(family, context)
}

const addVectors: AddCommand = (program, context) => {
  const family = program.command('vectors').description('make pretrained word vectors compact')
  for (const add of [addVectorsCompact]) add(family, context)
}

const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addCorpus,
  addInit,
  addTrain,
  addPack,
  addEvaluate,
  addScore,
  addPredict,
  addReport,
  addCompare,
  addVectors,
]

/**
 * Runs the command line and returns the exit code; never throws.
 * A mistake of the user's prints one message, anything else the stack, since that is a bug of ours or the machine's.
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  watchStreams()
  try {
    return await runCommandLine(args, terminal)
  } catch (error) {
    return explain(error, terminal)
  }
}

/** Runs the command line and returns the exit code. @throws whatever the command throws */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const context = createContext(terminal)
  const program = new Command('nerite')
    .description('Named entity recognition: train a tagger on labeled text, score it honestly, tag new text.')
    .version(VERSION)
    .showHelpAfterError('(run with --help for the options and an example)')
    .configureOutput({ writeOut: context.print, writeErr: text => context.log(text.replace(/\n$/, '')) })
    .exitOverride()
  for (const add of COMMANDS) add(program, context)
  const exitCodeBefore = process.exitCode
  process.exitCode = undefined
  try {
    await program.parseAsync([...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.done
  } finally {
    process.exitCode = exitCodeBefore
  }
}

/** Prints what went wrong. @returns the exit code */
export function explain(error: unknown, { log, logColors }: Terminal): number {
  const say = (text: string) => log(`${logColors.red('error')} ${text}`)
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.input
  if (isInputError(error)) {
    for (const line of error.explain(commandLineSpelling)) say(line)
    return EXIT.input
  }
  const full = fullFault(error)
  if (full !== undefined) {
    say(`${full}: nothing was left half-written; free some space and run again`)
    return EXIT.input
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return EXIT.failed
}

function watchStreams(): void {
  for (const [stream, listener] of [
    [process.stdout, onStdoutError],
    [process.stderr, onStderrError],
  ] as const)
    if (!stream.listeners('error').includes(listener)) stream.on('error', listener)
}

/** The reader has closed the pipe, as `| head` does: done. Whatever else cannot be written is lost, and said. */
function onStdoutError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  const full = fullFault(error)
  const why = full === undefined ? `cannot be written to (${error.code ?? error.message})` : full
  const remedy = full === undefined ? '' : '; free some space and run again'
  process.stderr.write(`error standard output: ${why}${remedy}\n`)
  process.exit(full === undefined ? EXIT.failed : EXIT.input)
}

/** Training continues if its progress can no longer be shown: the pipe, the terminal (EIO) or the disk has gone. */
function onStderrError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO' && fullFault(error) === undefined) throw error
}
