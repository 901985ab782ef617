import { basename, join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { inTemporaryFolder } from '../../base/node/temporary.js'
import { Random } from '../../base/random.js'
import type { CliContext } from '../../cli/context.js'
import { exitOnInterrupt } from '../../cli/exit-on-interrupt.js'
import { labeledOnly } from '../../cli/labeled-only.js'
import { showTraining } from '../../cli/show-training.js'
import type { Config } from '../../config/schema.js'
import { cutLabeled } from '../../corpus/cut-sentences.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { writeSentences } from '../../corpus/node/write-sentences.js'
import { lineOf, type Sentence } from '../../corpus/sentence.js'
import { SplitPlanner } from '../../corpus/split/plan-split.js'
import { type ScoredSentence, spanReader } from '../../evaluate/scored-sentence.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { readingOf } from '../../report/node/run-report.js'
import { readRunFolder } from '../../run/node/run-folder.js'
import type { Scheme } from '../../tags/scheme.js'

export interface OutOfFold {
  /** File name of the corpus. */
  readonly corpus: string
  /** Every labeled sentence of it, tagged by a model that was not trained on it. */
  readonly sentences: readonly ScoredSentence[]
}

/**
 * Tags a run's training corpus with models that did not see what they tag: it is dealt out into folds (documents whole,
 * copies of a sentence together), and for each fold a tagger is trained on the others, with the run's settings and for
 * as many epochs as the run found best. Takes about `folds − 1` times as long as those epochs took.
 *
 * @returns `undefined` where it was interrupted; nothing is left behind, nor where an interrupt ends the process
 * @throws InputError where the run names no training corpus, or it has fewer groups of sentences than folds
 */
export async function tagOutOfFold(
  dir: string,
  folds: number,
  context: CliContext,
): Promise<OutOfFold | undefined> {
  const run = readRunFolder(dir)
  const config = run.config()
  const path = config.corpus.train
  if (path === null)
    throw new InputError('report/folds', {
      where: dir,
      expected: 'a run that names its training corpus',
      got: 'one that was trained on sentences in memory',
    })
  const corpus = await loadCorpus(path, { ...readingOf(config), columns: config.input.columns.length > 0 })
  const sentences = labeledOnly(corpus, context)
  const { scheme } = corpus.scheme
  const foldOf = dealOut(sentences, folds, config.training.seed, path)
  const epochs = run.metrics()?.best.epoch ?? config.training.epochs
  const tagged: ScoredSentence[] = []
  const isWhole = await inTemporaryFolder('nerite-folds-', async temporary => {
    for (let fold = 0; fold < folds; fold++) {
      context.log(`fold ${fold + 1} of ${folds}`)
      const train = join(temporary, `${fold}.jsonl`)
      const out = join(temporary, `run-${fold}`)
      const others = sentences.filter((_, i) => foldOf[i] !== fold)
      await exitOnInterrupt(() => writeSentences(train, cutLabeled(others).map(bare), { format: 'jsonl' }))
      const { reason } = await showTraining({ config: foldConfig(config, train, epochs), out }, context)
      if (reason === 'interrupted') return false
      const held = sentences.map((_, i) => i).filter(i => foldOf[i] === fold)
      const found = await exitOnInterrupt(() =>
        tagHeld(
          out,
          held.map(i => sentences[i]),
          scheme,
          basename(path),
        ),
      )
      for (const [k, sentence] of found.entries()) tagged[held[k]] = sentence
    }
    return true
  })
  return isWhole ? { corpus: basename(path), sentences: tagged } : undefined
}

async function tagHeld(
  run: string,
  sentences: readonly Sentence[],
  scheme: Scheme,
  name: string,
): Promise<ScoredSentence[]> {
  const read = spanReader('conlleval', scheme)
  const tagged: ScoredSentence[] = []
  const tagger = await loadTagger(run)
  try {
    for await (const { gold, spans } of predictCorpus(tagger, sentences, scheme)) {
      const sentence = sentences[tagged.length]
      const where = `${name}:${lineOf(sentence, 0)}`
      tagged.push({ tokens: sentence.tokens, gold: read(gold), predicted: spans, where })
    }
  } finally {
    await tagger.release()
  }
  return tagged
}

function dealOut(
  sentences: readonly Sentence[],
  folds: number,
  seed: number,
  path: string,
): readonly number[] {
  const planner = new SplitPlanner()
  for (const sentence of sentences) planner.add(sentence)
  const shares = Array.from({ length: folds }, () => 1 / folds)
  const { parts } = planner.plan(shares, Random.fromSeed(seed))
  if (new Set(parts).size < folds)
    throw new InputError('report/folds', {
      where: path,
      expected: `documents or sentences enough for ${folds} folds`,
      got: `${new Set(parts).size}`,
      remedy: folds > 2 ? 'ask for fewer folds' : 'folds need two different sentences or more',
    })
  return parts
}

/** Tokens, tags and what columns there are, so that they are read back as they are. */
function bare({ tokens, tags, columns, lines }: Sentence): Sentence {
  return { tokens, tags, ...(columns && { columns }), lines }
}

function foldConfig(config: Config, train: string, epochs: number): Config {
  return {
    ...config,
    corpus: {
      train,
      dev: null,
      test: null,
      format: 'jsonl',
      encoding: 'utf-8',
      tokenColumn: null,
      tagColumn: null,
    },
    training: { ...config.training, epochs, patience: null },
  }
}
