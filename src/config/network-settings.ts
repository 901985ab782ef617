/** The settings of a trained model's network, which a tagger that starts from it shares. */
import { isRecord } from '../base/json-types.js'
import { describe, type SettingFault } from './faults.js'
import type { Config } from './schema.js'

/** The sections that make a network: what it reads, what is in it, and what comes out. */
const SECTIONS = ['text', 'tags', 'pretrained', 'input', 'encoder', 'decoder'] as const

export type NetworkSettings = Pick<Config, (typeof SECTIONS)[number]>

/** What of these sections says only how the network is trained, or which of its paths may come out. */
const FREE = [
  /^pretrained\.(folder|source|frozen|recompute|dropout|learningRate|layerDecay)$/,
  /^input\.dropout$/,
  /^input\.words\.(dropout|minCount)$/,
  /^encoder\.\d+\.(dropout|variational)$/,
  /^decoder\.(constrained|classWeights|focalGamma|labelSmoothing)$/,
]

export function networkOf(settings: NetworkSettings): NetworkSettings {
  const { text, tags, pretrained, input, encoder, decoder } = settings
  return { text, tags, pretrained, input, encoder, decoder }
}

/** Settings that were left to the corpus are the model's, which had a corpus. */
export function withOpenSettings(config: Config, { text, input }: NetworkSettings): Config {
  const { affixes } = config.input
  const isOpen = affixes !== null && affixes.below !== null
  return {
    ...config,
    text: config.text.segmentation === 'auto' ? text : config.text,
    input: isOpen ? { ...config.input, affixes: input.affixes } : config.input,
  }
}

/** Each setting that makes another network than the model's. */
export function contradictions(config: Config, model: NetworkSettings): SettingFault[] {
  const name = config.from?.model ?? 'the model'
  return SECTIONS.flatMap(section => differing(config[section], model[section], section)).map(
    ({ path, own, models }) => ({
      path,
      expected: `${describe(models)}, as in ${name}, which training starts from`,
      got: describe(own),
      remedy: 'leave it out (a preset may have set it), or train without a model to start from',
    }),
  )
}

interface Difference {
  readonly path: string
  readonly own: unknown
  readonly models: unknown
}

function differing(own: unknown, models: unknown, path: string): Difference[] {
  if (FREE.some(free => free.test(path))) return []
  if (Array.isArray(own) && Array.isArray(models) && own.length === models.length)
    return own.flatMap((item, i) => differing(item, models[i], `${path}.${i}`))
  if (isRecord(own) && isRecord(models)) {
    if (own.kind !== models.kind) return [{ path: `${path}.kind`, own: own.kind, models: models.kind }]
    const names = [...new Set([...Object.keys(own), ...Object.keys(models)])]
    return names.flatMap(name => differing(own[name], models[name], `${path}.${name}`))
  }
  return JSON.stringify(own) === JSON.stringify(models) ? [] : [{ path, own, models }]
}
