import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { formatExactScores } from '../../evaluate/format-scores.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import type { Scores } from '../../evaluate/scores.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import type { Tagger } from '../../recognize/tagger.js'
import { commandName } from '../command-name.js'
import type { CliContext } from '../context.js'
import { highlight } from '../highlight.js'
import { type AddCommand, EXIT } from '../main.js'
import { showTraining } from '../show-training.js'
import { reportAfterTraining } from './report.js'

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url))

/** For a corpus as small as the sample: more hidden words and characters, since most names will be new. */
const DEMO: PartialConfig = {
  corpus: {
    train: join(SAMPLES, 'train.markup'),
    dev: join(SAMPLES, 'dev.markup'),
    test: join(SAMPLES, 'test.markup'),
  },
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

/** Of the demo alone, so that it may be run again and again. */
const OUT = join('runs', 'demo')

interface DemoOptions {
  readonly out: string
  readonly force: boolean
  readonly json: boolean
}

/** `nerite demo`: the main job on the embedded sample, in under a minute. */
export const addDemo: AddCommand = (program, context) => {
  program
    .command('demo')
    .description('train on the embedded sample, score it on unseen text, tag a few sentences')
    .option('--out <dir>', 'where to keep the trained tagger', OUT)
    .option('--force', `replace the run folder if it is there, as is done with ${OUT}`, false)
    .option('--json', 'print the test scores as one JSON document on stdout', false)
    .addHelpText('after', '\nExample:\n  nerite demo')
    .action((options: DemoOptions) => runDemo(options, context))
}

async function runDemo({ out, force, json }: DemoOptions, context: CliContext): Promise<void> {
  const { log, print, colors } = context
  const config = resolveConfig({ preset: 'bilstm-crf', file: DEMO })
  const done = await showTraining({ config, out, force: force || resolve(out) === resolve(OUT) }, context)
  if (done.reason === 'interrupted') {
    process.exitCode = EXIT.failed
    return
  }
  const tagger = await loadTagger(out, { onNotice: log })
  try {
    const scores = await scoreTest(tagger)
    if (json) {
      print(`${JSON.stringify(scores)}\n`)
      await reportAfterTraining(out, context)
      return
    }
    print('\nThe test part of the sample, 9 in 10 of whose names the tagger has never seen:\n\n')
    print(formatExactScores(scores, colors))
    print('\nNew text, tagged:\n')
    for (const text of readFileSync(join(SAMPLES, 'demo-texts.txt'), 'utf8')
      .trim()
      .split(/\n{2,}/))
      print(`\n${highlight(text, await tagger.tag(text), tagger.info.types, colors)}\n`)
    log('')
    await reportAfterTraining(out, context)
    log(`The tagger is in ${out}. Try:`)
    const name = commandName()
    const hints = [
      [`${name} predict ${out} --text "…"`, 'your own text'],
      [`${name} corpus check FILE`, 'is your own corpus any good?'],
      [`${name} init, then ${name} train`, 'a tagger of your own'],
    ]
    const width = Math.max(...hints.map(([command]) => command.length))
    for (const [command, what] of hints) log(`  ${command.padEnd(width)}  ${what}`)
  } finally {
    await tagger.release()
  }
}

async function scoreTest(tagger: Tagger): Promise<Scores> {
  const corpus = await loadCorpus(join(SAMPLES, 'test.markup'))
  const { scheme } = corpus.scheme
  return scorePairs(predictCorpus(tagger, corpus.sentences, scheme), { mode: 'conlleval', scheme })
}
