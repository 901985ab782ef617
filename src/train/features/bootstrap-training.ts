import { byCodePoint } from '../../base/code-point-order.js'
import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import type { ConfigOf } from '../../config/schema.js'
import { Bootstrap, type StoredRule } from '../../features/bootstrap/bootstrap.js'
import { type CandidateRules, candidatesOf, commonWords } from '../../features/bootstrap/candidates.js'
import { type CoTraining, coTrain, type Rule } from '../../features/bootstrap/co-training.js'
import type { Seed } from '../../features/bootstrap/seeds.js'
import { type BootstrapVocabulary, bootstrapTensors } from '../../features/bootstrap/stored-bootstrap.js'
import { seedFeature, viewsOf } from '../../features/bootstrap/views.js'
import type { FeatureModel } from '../../features/feature-model.js'
import type { DoneEvent, TrainEvent } from '../../run/events.js'
import type { Tensors } from '../../run/run-files.js'
import type { Corpora } from '../prepare/corpora.js'
import { FeatureTraining } from './feature-training.js'
import { type PreparedFeatures, prepareUnlabeled } from './prepare.js'

/** Decision lists that grow from a few names (Collins & Singer 1999). The labels of the training corpora are not looked at. */
export class BootstrapTraining extends FeatureTraining<ConfigOf<'bootstrap'>> {
  readonly vocabularies: BootstrapVocabulary
  protected readonly size
  private readonly rules: readonly Rule[]
  private readonly started = performance.now()

  private constructor(prepared: PreparedFeatures<ConfigOf<'bootstrap'>>, seeds: readonly Seed[]) {
    super(prepared)
    const { lists, sentences, config } = prepared
    const tokens = sentences.map(({ sentence }) => sentence.tokens)
    const common = commonWords(tokens).join(' ')
    const candidates = candidateRules(config, common)
    const views = tokens.flatMap(own => candidatesOf(own, candidates).map(one => viewsOf(own, one)))
    const { rules } = learn(views, seeds, lists.types, config)
    this.rules = rules
    this.vocabularies = { ...lists, features: rules.map(({ feature }) => feature), common }
    this.size = {
      parameters: rules.length,
      words: views.length,
      features: rules.length,
      epochs: 1,
      threads: 1,
    }
  }

  static prepare(config: ConfigOf<'bootstrap'>, corpora: Corpora, seeds: readonly Seed[]): BootstrapTraining {
    const types = [...new Set(seeds.map(({ type }) => type))].filter(type => type !== 'O').sort(byCodePoint)
    return new BootstrapTraining(prepareUnlabeled(config, corpora, types), seeds)
  }

  restore(): void {
    throw new Error('decision lists are trained in one go: there is no checkpoint to restore')
  }

  // biome-ignore lint/correctness/useYield: it was all done when the training was prepared.
  protected async *learn(): AsyncGenerator<TrainEvent, DoneEvent> {
    const seconds = (performance.now() - this.started) / 1000
    return { kind: 'done', reason: 'finished', epoch: 1, bestEpoch: null, best: null, seconds }
  }

  protected model(): FeatureModel {
    const rules = new Map<string, StoredRule>(this.rules.map(rule => [rule.feature, rule]))
    const candidates = candidateRules(this.config, this.vocabularies.common)
    return new Bootstrap(this.prepared.lists, rules, {
      candidates,
      constrained: this.config.decoding.constrained,
    })
  }

  protected stored(): { readonly tensors: Tensors } {
    return { tensors: bootstrapTensors(this.rules) }
  }

  protected describe(): string {
    return `Decision lists of ${this.rules.length} rules, grown from a few names and text without labels (Collins & Singer 1999).`
  }
}

/** @throws InputError `bootstrap/seeds` where the text has none of the names */
function learn(
  views: Parameters<typeof coTrain>[0],
  seeds: readonly Seed[],
  types: readonly string[],
  { bootstrap }: ConfigOf<'bootstrap'>,
): CoTraining {
  // "No type" comes last, and is −1 in the model.
  const number = (type: string) => (type === 'O' ? types.length : types.indexOf(type))
  const byFeature = new Map(seeds.map(seed => [seedFeature(seed), number(seed.type)]))
  const found = new Set(views.flatMap(({ spelling }) => spelling.filter(feature => byFeature.has(feature))))
  if (found.size === 0)
    throw new InputError('bootstrap/seeds', {
      where: setting('bootstrap.seeds'),
      expected: 'names that the text has',
      got: `none of ${seeds.length}`,
      remedy: 'give names of this text, or more text',
    })
  const count = types.length + (seeds.some(({ type }) => type === 'O') ? 1 : 0)
  const { rules, labeled } = coTrain(views, byFeature, count, bootstrap)
  return {
    labeled,
    rules: rules.map(rule => ({ ...rule, type: rule.type === types.length ? -1 : rule.type })),
  }
}

function candidateRules({ bootstrap }: ConfigOf<'bootstrap'>, common: string): CandidateRules {
  const { titles, inside } = bootstrap
  return { titles: new Set(titles), inside: new Set(inside), common: new Set(common.split(' ')) }
}
