import type { AnyConfig } from '../../config/schema.js'
import type { FeatureModel } from '../../features/feature-model.js'
import { type DoneEvent, type StartEvent, type TrainEvent, warningEvent } from '../../run/events.js'
import type { RunResult, Tensors } from '../../run/run-files.js'
import type { AnyLoopState, RunStore } from '../../run/run-store.js'
import type { AnyTraining, RunOptions } from '../any-training.js'
import { evaluateDev } from '../loop/dev-evaluation.js'
import { scoreCorpus } from '../measure.js'
import { featureCard } from './feature-card.js'
import type { PreparedFeatures } from './prepare.js'

/** What is known of a feature model's size. */
interface Size {
  /** Numbers that are learned. */
  readonly parameters: number
  /** Different words or features. */
  readonly words: number
  readonly features: number | null
  /** Iterations or epochs, at most. */
  readonly epochs: number
  readonly threads: number
}

/**
 * One training run of a recognizer without a network. A kind provides `learn`, `model`, `tensors` and `size`; events,
 * scores, the card and the store are written here, once.
 */
export abstract class FeatureTraining<Config extends AnyConfig> implements AnyTraining {
  abstract readonly vocabularies: object
  protected abstract readonly size: Size

  protected constructor(protected readonly prepared: PreparedFeatures<Config>) {}

  /** Learns, and yields what happens; the last event is `done`, which it returns instead of yielding it. */
  protected abstract learn(store: RunStore, options: RunOptions): AsyncGenerator<TrainEvent, DoneEvent>
  /** The model as it is now, with numbers as they will be stored. */
  protected abstract model(): FeatureModel
  /** What is stored of it: its numbers, and `vocab.json` where it is not what it was before training. */
  protected abstract stored(): { readonly vocabularies?: object; readonly tensors: Tensors }
  abstract restore(tensors: Tensors, where: string): void
  /** One line of the card: what was trained and how. */
  protected abstract describe(): string

  get config(): Config {
    return this.prepared.config
  }

  async *run(store: RunStore, options: RunOptions = {}): AsyncGenerator<TrainEvent, DoneEvent> {
    const logged = <Event extends TrainEvent>(event: Event): Event => {
      store.append(event)
      return event
    }
    for (const event of [...(options.warnings ?? []), ...this.prepared.notes.map(warningEvent)])
      yield logged(event)
    yield logged(this.startEvent(options.resume))
    const events = this.learn(store, options)
    let next = await events.next()
    for (; !next.done; next = await events.next()) yield logged(next.value)
    const done = logged(next.value)
    // The caller hears that it is done when the files are complete.
    if (done.reason !== 'interrupted') await store.finish(await this.result(done))
    yield done
    return done
  }

  async result(done: DoneEvent): Promise<RunResult> {
    const { config, prepared } = this
    const { vocabularies, tensors } = this.stored()
    const files = { config, parameters: tensors, ...(vocabularies && { vocabularies }) }
    if (done.reason === 'interrupted') return files
    const model = this.model()
    const finder = finderOf(model)
    const { dev, test } = prepared.corpora
    const metrics = {
      best: { epoch: done.bestEpoch, reason: done.reason, seconds: done.seconds },
      dev: dev && (await scoreCorpus(finder, dev)),
      test: test && (await scoreCorpus(finder, test)),
      lossShares: null,
    }
    return { ...files, metrics, card: featureCard({ prepared, metrics, description: this.describe() }) }
  }

  /** Scores the development corpus with the model as it is; `null` without one. */
  protected async evaluate() {
    const { dev } = this.prepared
    return dev && evaluateDev(finderOf(this.model()), dev)
  }

  private startEvent(resume: AnyLoopState | undefined): StartEvent {
    const { sentences, tokens, dev, lists } = this.prepared
    const { parameters, words, features, epochs, threads } = this.size
    return {
      kind: 'start',
      recognizer: this.config.recognizer,
      resumedFrom: resume && 'iteration' in resume ? { epoch: resume.iteration + 1, step: 0 } : null,
      sentences: sentences.length,
      tokens,
      devSentences: dev?.gold.length ?? 0,
      types: lists.types,
      tags: lists.tags.length,
      from: null,
      unit: 'word',
      words,
      features,
      characters: 0,
      vectors: null,
      parameters,
      epochs,
      chosen: {},
      epochSentences: sentences.length,
      stepsPerEpoch: 1,
      runtime: 'none',
      threads,
    }
  }
}

function finderOf(model: FeatureModel) {
  return {
    find: async (sentences: readonly { readonly tokens: readonly string[] }[]) =>
      sentences.map(sentence => model.find(sentence)),
  }
}
