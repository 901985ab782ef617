import { option, say } from '../../base/fault.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'

/** One feature of a layer of spans, and its column among the fields of a row, from 0. */
interface Feature {
  /** The layer's whole name. */
  readonly layer: string
  readonly feature: string
  readonly column: number
}

/** What the header of a WebAnno TSV file declares. */
export interface WebannoHeader {
  /** The number of fields in a row. */
  readonly width: number
  readonly features: readonly Feature[]
  /** Version 3.0 and 3.1 escape text as Java does. */
  readonly isOld: boolean
}

/** A row's number, its offsets and its token come before the annotations. */
const FIXED = 3

/** @param lines those that begin with # before the first sentence */
export function parseHeader(lines: readonly string[]): WebannoHeader {
  let width = FIXED
  const features: Feature[] = []
  for (const line of lines) {
    const found = /^#T_(SP|CH|RL)=([^|]*)\|?(.*)$/.exec(line)
    if (!found) continue
    const [, kind, layer, rest] = found
    const names = rest.split('|')
    if (kind === 'SP')
      for (const [i, feature] of names.entries())
        if (!feature.startsWith('ROLE_') && !names[i - 1]?.startsWith('ROLE_'))
          features.push({ layer, feature, column: width + i })
    width += names.length
  }
  const [, minor = '3'] = /TSV 3\.(\d+)/.exec(lines[0]) ?? []
  return { width, features, isOld: Number(minor) < 2 }
}

const NAMED_ENTITY = /(?:^|\.)NamedEntity$/
/** Layers of every project that say nothing about entities. */
const OTHER_LAYERS =
  /\.(POS|Lemma|MorphologicalFeatures|Token|Sentence|Chunk|Stem|SurfaceForm|SofaChangeAnnotation)$/

/**
 * The column of the types of entities: of the chosen layer, of the layer of named entities, or of the only layer there is.
 * @returns −1 where no labels are read
 * @throws CorpusError `corpus/columns` if there is no such layer or several may be meant, `corpus/options` for one that is not there
 */
export function entityColumn(
  { features }: WebannoHeader,
  { tagColumn, needsTags }: ReadOptions,
  context: ReadContext,
): number {
  if (tagColumn === 'none') return -1
  if (tagColumn !== undefined) return chosenFeature(features, String(tagColumn)).column
  const named = features.filter(({ layer }) => NAMED_ENTITY.test(layer))
  const own = named.length > 0 ? named : features.filter(({ layer }) => !OTHER_LAYERS.test(layer))
  const layers = new Set(own.map(({ layer }) => layer))
  const value = own.find(({ feature }) => feature === 'value') ?? (own.length === 1 ? own[0] : undefined)
  if (layers.size === 1 && value) {
    noteUnread(features, value, context)
    return value.column
  }
  const words = say`read only the words with ${option('tagColumn', 'none')}`
  throw new CorpusError('corpus/columns', {
    code: own.length === 0 ? 'no-tag-column' : 'several-layers',
    where: context.at(1),
    expected: 'one layer with the types of entities',
    got: features.length === 0 ? 'no layer of spans' : features.map(nameOf).join(', '),
    remedy:
      features.length === 0
        ? needsTags
          ? 'export the layer of entities too'
          : words
        : say`choose one with ${option('tagColumn', nameOf(own[0] ?? features[0]))}`,
  })
}

/** By `layer.feature` with the layer's short or whole name, by the layer alone if it has one feature or a `value`, or by column. */
function chosenFeature(features: readonly Feature[], choice: string): Feature {
  const own = features.filter(
    each =>
      [nameOf(each), `${each.layer}.${each.feature}`, each.layer, shortName(each.layer)].includes(choice) ||
      String(each.column + 1) === choice,
  )
  const found = own.length === 1 ? own[0] : own.find(({ feature }) => feature === 'value')
  if (found) return found
  throw new CorpusError('corpus/options', {
    where: option('tagColumn'),
    expected: `one of the layers' features ${features.map(nameOf).join(', ') || '(there is none)'}`,
    got: JSON.stringify(choice),
  })
}

function noteUnread(features: readonly Feature[], read: Feature, context: ReadContext): void {
  const others = features.filter(each => each !== read).map(nameOf)
  if (others.length > 0)
    context.note(
      'unread-layers',
      say`entities are read from ${nameOf(read)}; not read: ${others.join(', ')} (choose another with ${option('tagColumn')})`,
    )
}

function nameOf({ layer, feature }: Feature): string {
  return feature === '' ? shortName(layer) : `${shortName(layer)}.${feature}`
}

function shortName(layer: string): string {
  return layer.slice(layer.lastIndexOf('.') + 1)
}
