/** What it means for a training that it starts from a trained model. */
import { byCodePoint } from '../../base/code-point-order.js'
import { InputError } from '../../base/errors.js'
import { type Note, say, setting } from '../../base/fault.js'
import { contradictions } from '../../config/network-settings.js'
import type { Config } from '../../config/schema.js'
import type { TrainedModel } from '../../model/trained-model.js'
import type { Vocabularies } from '../../model/vocabularies.js'
import { canonicalType } from '../../tags/canonical-type.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { differingCuts } from '../../text/segmenter-probe.js'
import type { RewrittenTags } from './gold-tags.js'
import type { Labels, Recalled } from './labels.js'
import { listed } from './notes.js'

/**
 * The configuration of a training that starts from a model, with the model's hash.
 * @throws InputError `train/from` where the model is missing or another one, or its network is another
 */
export function startConfig(config: Config, base: TrainedModel | undefined): Config {
  const { from } = config
  if (!base) {
    if (from === null) return config
    throw new InputError('train/from', {
      where: setting('from'),
      expected: 'null, or the trained model in memory',
      got: `'${from.model}', and no file is read here`,
      remedy: 'give the model that was read from it',
    })
  }
  const { sha256 } = base
  if (from?.sha256 && from.sha256 !== sha256)
    throw new InputError('train/from', {
      where: setting('from.model'),
      expected: `the model with the hash ${from.sha256} (SHA-256 of its parameters)`,
      got: `another one in ${base.name}, with ${sha256}`,
      remedy: say`put that model back; or start a new run, without ${setting('from.sha256')}`,
    })
  const faults = contradictions(config, base.config)
  if (faults.length > 0)
    throw new InputError(
      'train/from',
      faults.map(({ path, ...fault }) => ({ where: setting(path), ...fault })),
    )
  return { ...config, from: { ...(from ?? { model: base.name, keepTypes: false }), sha256 } }
}

/** The model's types, where they are kept though the corpora may not mark them. */
export function keptTypes({ from }: Config, base: TrainedModel | undefined): readonly string[] | undefined {
  return from?.keepTypes ? base?.vocabularies.types : undefined
}

/** Kept types that a scored corpus does not have. */
export function unscoredTypes(
  kept: readonly string[] = [],
  gold: Pick<RewrittenTags, 'types'> | null,
): ReadonlySet<string> {
  return new Set(gold ? kept.filter(type => !gold.types.has(type)) : [])
}

interface Started {
  readonly labels: Labels
  readonly vocabularies: Vocabularies
  readonly kept: readonly string[] | undefined
  readonly recalled: Recalled | undefined
}

/** What becomes of the model's types, and where its text was cut differently. */
export function startNotes(base: TrainedModel, { labels, vocabularies, kept, recalled }: Started): Note[] {
  const where = base.name
  const notes: Note[] = []
  const dropped = base.vocabularies.types.filter(type => !vocabularies.types.includes(type)).sort(byCodePoint)
  if (dropped.length > 0)
    notes.push({
      code: 'types-dropped',
      where,
      message: say`the training corpora do not have its ${listed(dropped)}, so the new tagger does not find ${dropped.length === 1 ? 'it' : 'them'}; ${setting('from.keepTypes', 'true')} keeps the types of the model`,
    })
  notes.push(...spellingNotes(base, labels))
  if (kept && recalled)
    labels.corpora.forEach(({ corpus }, i) => {
      const types = [...new Set(recalled[i].flatMap(own => [...(own?.types ?? [])]))].sort(byCodePoint)
      if (types.length === 0) return
      const entities = recalled[i].reduce(
        (sum, own) => sum + lenientSpans((own?.tags ?? []).map(tag => tag ?? 'O')).length,
        0,
      )
      notes.push({
        code: 'types-recalled',
        where: corpus.path,
        message: `its unmarked tokens are read by ${where} for the ${listed(types)}, so that they are not forgotten: it is sure of ${entities} ${entities === 1 ? 'entity' : 'entities'}`,
      })
    })
  const { segmenter } = base.vocabularies
  const differing = segmenter ? differingCuts(segmenter) : []
  if (differing.length > 0)
    notes.push({
      code: 'segmenter',
      where,
      message: `this JavaScript engine cuts ${differing.join(', ')} text into other words than the one that trained it`,
    })
  return notes
}

/** Types that the model seems to have under another name: as they are, nothing of what it knows of them is used. */
function spellingNotes({ name, vocabularies: { types } }: TrainedModel, labels: Labels): Note[] {
  const known = new Map(types.map(type => [canonicalType(type), type]))
  return labels.corpora.flatMap(({ corpus, found }) => {
    const variants = [...found]
      .filter(type => !types.includes(type))
      .sort(byCodePoint)
      .flatMap(type => {
        const twin = known.get(canonicalType(type))
        return twin === undefined ? [] : [`${type} (${twin})`]
      })
    if (variants.length === 0) return []
    return [
      {
        code: 'types-named-otherwise',
        where: corpus.path,
        message: `${name} seems to have its ${listed(variants)} under the name in brackets, but they are learned as new ones; if they mean the same, rename them with the corpus's "map"`,
      },
    ]
  })
}
