import { Command, CommanderError } from 'commander'
import { isInputError } from '../base/errors.js'
import { fullFault } from '../base/place-fault.js'
import { VERSION } from '../base/version.js'
import { commandLineSpelling } from './command-line-spelling.js'
import { type AddCommand, createContext, EXIT } from './context.js'
import { processTerminal, type Terminal } from './terminal.js'

/** The verbs. Each is loaded when it is called for, so that tagging does not wait for what only training needs. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import('./commands/demo.js')).addDemo,
  corpus: async () => (await import('./commands/corpus.js')).addCorpus,
  init: async () => (await import('./commands/init.js')).addInit,
  train: async () => (await import('./commands/train.js')).addTrain,
  distill: async () => (await import('./commands/distill.js')).addDistill,
  import: async () => (await import('./commands/import.js')).addImport,
  pack: async () => (await import('./commands/pack.js')).addPack,
  evaluate: async () => (await import('./commands/evaluate.js')).addEvaluate,
  score: async () => (await import('./commands/score.js')).addScore,
  predict: async () => (await import('./commands/predict.js')).addPredict,
  pipe: async () => (await import('./commands/pipe.js')).addPipe,
  export: async () => (await import('./commands/export.js')).addExport,
  combine: async () => (await import('./commands/combine.js')).addCombine,
  rules: async () => (await import('./commands/rules.js')).addRules,
  spark: async () => (await import('./commands/spark.js')).addSpark,
  weights: async () => (await import('./commands/weights.js')).addWeights,
  redact: async () => (await import('./commands/redact.js')).addRedact,
  restore: async () => (await import('./commands/redact.js')).addRestore,
  'redact-key': async () => (await import('./commands/redact.js')).addRedactKey,
  serve: async () => (await import('./commands/serve.js')).addServe,
  report: async () => (await import('./commands/report.js')).addReport,
  compare: async () => (await import('./commands/compare.js')).addCompare,
  vectors: async () => (await import('./commands/vectors.js')).addVectors,
  classes: async () => (await import('./commands/classes.js')).addClasses,
}

/** The verb that is called, or all of them for help and for what is none. */
function calledFor(args: readonly string[]): Promise<AddCommand[]> {
  const [verb = ''] = args
  const loaders = Object.hasOwn(COMMANDS, verb) ? [COMMANDS[verb]] : Object.values(COMMANDS)
  return Promise.all(loaders.map(load => load()))
}

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
  for (const add of await calledFor(args)) add(program, context)
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
