import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isInputError } from '../../base/errors.js'
import { option, verb } from '../../base/fault.js'
import { ownPath } from '../../base/node/own-path.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config, PartialConfig } from '../../config/schema.js'
import { formatExactScores } from '../../evaluate/format-scores.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { checkPlace } from '../../run/node/run-folder.js'
import { configFrom } from '../../train/node/config-from.js'
import { evaluateOn } from '../../workflows/node/evaluate-run.js'
import { commandLineSpelling } from '../command-line-spelling.js'
import type { AddCommand, CliContext } from '../context.js'
import { highlight } from '../highlight.js'
import { exitAsInterrupted } from '../interrupts.js'
import { showTraining } from '../show-training.js'
import { reportAfterTraining } from './report.js'

const SAMPLES = ownPath('samples')

const CORPUS: PartialConfig['corpus'] = {
  train: join(SAMPLES, 'train.markup'),
  dev: join(SAMPLES, 'dev.markup'),
  test: join(SAMPLES, 'test.markup'),
}

/** What starts from the English model soon has its best epoch. */
const FROM_ENGLISH: PartialConfig = { from: 'en', corpus: CORPUS, training: { epochs: 10 } }

/** From nothing. For a corpus as small as the sample: more hidden words and characters, since most names will be new. */
const FROM_NOTHING: PartialConfig = {
  corpus: CORPUS,
  input: {
    words: { dim: 64, dropout: 0.25 },
    shape: { dim: 16 },
    affixes: { dim: 16, lengths: [2, 3] },
    charCnn: { filters: 64 },
  },
  encoder: [{ kind: 'bilstm', hidden: 96 }],
  training: {
    epochs: 24,
    batchSize: 8,
    learningRate: 0.004,
    patience: 8,
    averaging: { kind: 'ema', decay: 0.99 },
  },
}

/** Only the demo writes here, so it replaces the folder without being asked. */
const OUT = join('runs', 'demo')

interface Flags {
  readonly out: string
  readonly force: boolean
  readonly json: boolean
}

/** `nerite demo`: the main job on the embedded sample, in about a minute. */
export const addDemo: AddCommand = (program, context) => {
  program
    .command('demo')
    .description(
      'tag a few texts with the English model, train on the embedded sample from it and from nothing, and score both',
    )
    .option('--out <dir>', 'where to keep the trained tagger', OUT)
    .option('--force', `replace the run folder if it exists (${OUT} is always replaced)`, false)
    .option('--json', 'print the test scores as one JSON document on stdout', false)
    .addHelpText('after', '\nExample:\n  nerite demo')
    .action((flags: Flags) => runDemo(flags, context))
}

async function runDemo({ out, force, json }: Flags, context: CliContext): Promise<void> {
  const { log, print, printJson, colors } = context
  const replaces = force || resolve(out) === resolve(OUT)
  checkPlace(out, replaces)
  const hasEnglish = await showEnglish(context, !json)
  const config = hasEnglish ? await configFrom({ file: FROM_ENGLISH }) : fromNothing()
  if (!(await trainUninterrupted(config, out, replaces, context))) return
  const tagger = await loadTagger(out, { onNotice: log })
  try {
    const { scores } = await scoresOf(tagger)
    const compared = hasEnglish ? await scoresFromNothing(context) : undefined
    if (hasEnglish && !compared) return
    if (json) printJson(compared ? { ...scores, fromNothing: compared } : scores)
    else {
      print('\nThe test part of the sample; the training part has 1 in 10 of its names:\n\n')
      print(formatExactScores(scores, colors))
      if (compared) print(comparison(scores.exact.micro.f1, compared.exact.micro.f1))
      print('\nNew text, tagged:\n')
      for (const text of demoTexts())
        print(`\n${highlight(text, await tagger.tag(text), tagger.info.types, colors)}\n`)
      log('')
    }
    await reportAfterTraining(out, context)
    if (!json) showHints(out, context)
  } finally {
    await tagger.release()
  }
}

const fromNothing = () => resolveConfig({ preset: 'bilstm-crf', file: FROM_NOTHING })

const scoresOf = (tagger: Recognizer) =>
  evaluateOn(tagger, join(SAMPLES, 'test.markup'), { mode: 'conlleval' })

function comparison(started: number | null, alone: number | null): string {
  const shown = (f1: number | null) => (100 * (f1 ?? 0)).toFixed(1)
  return `\nF1 ${shown(started)} with the English model as a start; ${shown(alone)} from nothing, on the same sentences.\n`
}

/** @returns whether training came to its end */
async function trainUninterrupted(
  config: Config,
  out: string,
  force: boolean,
  context: CliContext,
): Promise<boolean> {
  const { done } = await showTraining({ config, out, force }, context)
  if (done.reason !== 'interrupted') return true
  exitAsInterrupted()
  return false
}

/** What the sample alone teaches, for comparison. The run is not kept. */
async function scoresFromNothing(context: CliContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-demo-'))
  try {
    context.log('\nFor comparison, a tagger that starts from nothing:')
    const out = join(folder, 'run')
    if (!(await trainUninterrupted(fromNothing(), out, false, context))) return undefined
    const tagger = await loadTagger(out, { onNotice: context.log })
    try {
      return (await scoresOf(tagger)).scores
    } finally {
      await tagger.release()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * What the English model finds without any training.
 * @returns whether it is installed
 */
async function showEnglish({ log, print, colors }: CliContext, isShown: boolean): Promise<boolean> {
  let tagger: Recognizer
  try {
    tagger = await loadTagger('en', { onNotice: log })
  } catch (error) {
    if (!isInputError(error)) throw error
    for (const line of error.explain(commandLineSpelling)) log(`without the English model: ${line}`)
    return false
  }
  try {
    if (!isShown) return true
    print('Tagged by the English model, en, without any training:\n')
    for (const text of demoTexts())
      print(`\n${highlight(text, await tagger.tag(text), tagger.info.types, colors)}\n`)
    log(
      '\nA tagger of your own finds the types that you label. Training one on the sample, from the English model on:',
    )
    return true
  } finally {
    await tagger.release()
  }
}

function demoTexts(): string[] {
  return readFileSync(join(SAMPLES, 'demo-texts.txt'), 'utf8')
    .trim()
    .split(/\n{2,}/)
}

function showHints(out: string, { log }: CliContext): void {
  log(`The tagger is in ${out}. Try:`)
  const hints = [
    [commandLineSpelling(verb('predict', [out], [option('text', '"…"')])), 'your own text'],
    [commandLineSpelling(verb('corpus check', ['FILE'])), 'is your own corpus any good?'],
    [
      `${commandLineSpelling(verb('init'))}, then ${commandLineSpelling(verb('train'))}`,
      'a tagger of your own',
    ],
  ]
  const width = Math.max(...hints.map(([command]) => command.length))
  for (const [command, what] of hints) log(`  ${command.padEnd(width)}  ${what}`)
}
