import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import type { ConfigOf } from '../../config/schema.js'
import type { FeatureModel } from '../../features/feature-model.js'
import { HmmCounter, type HmmCounts } from '../../features/hmm/counts.js'
import { Hmm, hmmSizeFault } from '../../features/hmm/hmm.js'
import { type HmmVocabulary, hmmTensors, hmmVocabulary } from '../../features/hmm/stored-hmm.js'
import type { DoneEvent, TrainEvent } from '../../run/events.js'
import type { Tensors } from '../../run/run-files.js'
import type { Corpora } from '../prepare/corpora.js'
import { FeatureTraining } from './feature-training.js'
import { type PreparedFeatures, prepareFeatures } from './prepare.js'

/** Training of an HMM: it counts its corpus once, so there is nothing to resume. */
export class HmmTraining extends FeatureTraining<ConfigOf<'hmm'>> {
  readonly vocabularies: HmmVocabulary
  protected readonly size
  private readonly counts: HmmCounts
  private readonly started = performance.now()

  private constructor(prepared: PreparedFeatures<ConfigOf<'hmm'>>) {
    super(prepared)
    const { lists, sentences } = prepared
    const counter = new HmmCounter(lists.tags.length)
    for (const { sentence, gold, weight } of sentences) counter.add(sentence.tokens, gold, weight)
    this.counts = counter.result()
    this.vocabularies = hmmVocabulary(lists, this.counts)
    const { words, trigrams } = this.counts
    this.size = {
      parameters: words.counts.length + trigrams.counts.length,
      words: words.words.length,
      features: null,
      epochs: 1,
      threads: 1,
    }
  }

  static prepare(config: ConfigOf<'hmm'>, corpora: Corpora): HmmTraining {
    const prepared = prepareFeatures(config, corpora)
    const fault = hmmSizeFault(prepared.lists, config.decoding.constrained)
    if (!fault) return new HmmTraining(prepared)
    throw new InputError('train/tags', {
      where: setting('recognizer'),
      ...fault,
      remedy: 'train a crf, or map types to fewer ones',
    })
  }

  restore(): void {
    throw new Error('an HMM is trained in one go: there is no checkpoint to restore')
  }

  // biome-ignore lint/correctness/useYield: counting has no steps to report.
  protected async *learn(): AsyncGenerator<TrainEvent, DoneEvent> {
    const seconds = (performance.now() - this.started) / 1000
    return { kind: 'done', reason: 'finished', epoch: 1, bestEpoch: null, best: null, seconds }
  }

  protected model(): FeatureModel {
    const { hmm, decoding } = this.config
    return new Hmm(this.prepared.lists, this.counts, { ...hmm, constrained: decoding.constrained })
  }

  protected stored(): { readonly tensors: Tensors } {
    return { tensors: hmmTensors(this.counts) }
  }

  protected describe(): string {
    return 'A trigram hidden Markov model; unknown words are judged by their suffixes (Brants 2000).'
  }
}
