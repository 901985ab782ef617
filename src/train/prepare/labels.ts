import { InputError } from '../../base/errors.js'
import { type Message, say, setting } from '../../base/fault.js'
import { cutLabeled } from '../../corpus/cut-sentences.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { UnitTable } from '../../model/inputs/unit-table.js'
import { tagsOfUnits } from '../../model/inputs/units.js'
import type { Vocabularies } from '../../model/vocabularies.js'
import { parseTag, type Scheme } from '../../tags/scheme.js'
import type { SoftTag } from '../../tags/soft-tags.js'
import { SEVERAL, type TaggedSentence } from '../step/gold-tensors.js'
import { encodeSoft, type SoftLabels } from '../step/soft-labels.js'
import { AllowedTags, imagesOf, type LabelMeaning, type RecalledTags, TagSets } from './allowed-tags.js'
import type { TrainingCorpus } from './corpora.js'
import { type RewrittenTags, rewriteTags } from './gold-tags.js'
import { misplacedTag, missingPrefixes } from './soft-scheme.js'

/** A training corpus with its gold tags in the model's scheme, still of its own types. */
interface CorpusLabels {
  readonly corpus: TrainingCorpus
  readonly parts: readonly Sentence[]
  readonly gold: RewrittenTags
  readonly meaning: LabelMeaning
  /** The model's types that its entities are, or may be. */
  readonly found: ReadonlySet<string>
}

/** What the model that training starts from is sure of, by corpus and sentence. */
export type Recalled = readonly (readonly (RecalledTags | undefined)[])[]

/** The labels of all training corpora. */
export interface Labels {
  readonly corpora: readonly CorpusLabels[]
  /** The model's types. */
  readonly types: ReadonlySet<string>
  /** Whether some token may have one of several tags. */
  readonly isPartial: boolean
}

/**
 * Reads the labels of the training corpora, and what they say about each other's types.
 * @param kept types of the model that training starts from, which stay even where no corpus marks them
 */
export function readLabels(
  train: readonly TrainingCorpus[],
  scheme: Scheme,
  kept?: readonly string[],
): Labels {
  const read = train.map(corpus => {
    const parts = cutLabeled(corpus.sentences)
    const gold = rewriteTags(parts, corpus.scheme, scheme)
    const map = new Map(Object.entries(corpus.map ?? {}))
    const named = [...gold.types.keys(), ...softTypes(parts)]
    const images = named.flatMap(type => imagesOf(type, { map }))
    return { corpus, parts, gold, map, found: new Set(images.filter(type => type !== 'O')) }
  })
  const named = read.flatMap(({ corpus, found }) => [...found, ...(corpus.types ?? [])])
  const types = new Set([...named, ...(kept ?? [])])
  const isOnly = train.length === 1 && kept === undefined
  const corpora = read.map(({ map, ...own }) => {
    const marked = own.corpus.types ?? (isOnly ? types : own.found)
    return { ...own, meaning: { types: new Set(marked), map } }
  })
  return { corpora, types, isPartial: corpora.some(own => isPartial(own, types)) }
}

/** The types of soft tags. */
function softTypes(parts: readonly Sentence[]): ReadonlySet<string> {
  const tags = new Set(parts.flatMap(({ soft = [] }) => soft.flatMap(own => Object.keys(own))))
  return new Set([...tags].filter(tag => tag !== 'O').map(tag => parseTag(tag).type))
}

function isPartial({ parts, gold, meaning }: CorpusLabels, types: ReadonlySet<string>): boolean {
  if ([...types].some(type => !meaning.types.has(type))) return true
  if ([...gold.types.keys()].some(type => imagesOf(type, meaning).length !== 1)) return true
  return parts.some(({ annotated }) => annotated !== undefined)
}

/** Encodes the training sentences with their labels, by corpus. */
export function encodeLabels(
  { corpora, isPartial: hasSets }: Labels,
  { tags, scheme }: Vocabularies,
  unitTable: UnitTable,
  recalled?: Recalled,
): { readonly tagSets: TagSets | undefined; readonly sentences: readonly (readonly TaggedSentence[])[] } {
  const tagSets = hasSets ? new TagSets() : undefined
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  const encode = tagSets ? partialEncoder(tags, scheme, tagSets) : wholeEncoder(tags)
  const isPerUnit = unitTable.inputs.units.kind === 'character'
  const sentences = corpora.map(({ corpus: { path }, parts, gold, meaning }, corpus) => {
    if (parts.some(({ soft }) => soft)) checkSoft(path, { hasSets, isPerUnit, meaning, parts, scheme })
    return parts.map((sentence, i): TaggedSentence => {
      const encoded = unitTable.encode(sentence)
      const units = isPerUnit ? encoded.units : undefined
      const own = { gold: gold.tags[i], sentence, meaning, units, recalled: recalled?.[corpus][i] }
      const soft = sentence.soft && { soft: softLabels(path, sentence.soft, ids) }
      return { ...encoded, ...encode(own), ...soft }
    })
  })
  return { tagSets, sentences }
}

/** @throws InputError `train/soft` where soft tags cannot be learned from */
function checkSoft(
  path: string,
  {
    hasSets,
    isPerUnit,
    meaning,
    parts,
    scheme,
  }: {
    readonly hasSets: boolean
    readonly isPerUnit: boolean
    readonly meaning: LabelMeaning
    readonly parts: readonly Sentence[]
    readonly scheme: Scheme
  },
): void {
  const refuse = (expected: string, got: string, remedy: Message) =>
    new InputError('train/soft', { where: { file: path }, expected, got, remedy })
  if (hasSets)
    throw refuse(
      'corpora that all mark the same types, beside soft tags',
      'some that mark others, or are labeled in part',
      say`name the types that each marks with ${setting('corpus.train.N.types')}, or leave the others out`,
    )
  if (isPerUnit)
    throw refuse('a model that labels tokens', 'one of characters', say`set ${setting('input.unit', 'word')}`)
  if (meaning.map.size > 0)
    throw refuse(
      'types as the teacher has them',
      'a map of types',
      say`leave out ${setting('corpus.train.N.map')}`,
    )
  const missing = missingPrefixes(parts, scheme)
  if (missing)
    throw refuse(
      `soft tags in ${scheme}, where every entity has one with ${missing.map(prefix => `${prefix}-`).join(' or ')}`,
      'entities, and no such tag',
      OWN_SCHEME,
    )
  const misplaced = misplacedTag(parts, scheme)
  if (misplaced)
    throw refuse(
      `soft tags in ${scheme}, where ${misplaced} is only behind a tag of the same type`,
      `${misplaced} without one`,
      OWN_SCHEME,
    )
}

const OWN_SCHEME = say`set ${setting('tags.scheme')} to the scheme of the soft tags`

function softLabels(path: string, soft: readonly SoftTag[], ids: ReadonlyMap<string, number>): SoftLabels {
  try {
    return encodeSoft(soft, ids)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError('train/soft', {
      where: { file: path },
      expected: `soft tags of the model: ${[...ids.keys()].slice(0, 9).join(', ')} …`,
      got: error.message,
      remedy: OWN_SCHEME,
    })
  }
}

interface GoldSentence {
  readonly gold: readonly string[]
  readonly sentence: Sentence
  readonly meaning: LabelMeaning
  /** Where each character has a label. */
  readonly units: TaggedSentence['units']
  /** What the model that training starts from is sure of. */
  readonly recalled: RecalledTags | undefined
}
type Encode = (sentence: GoldSentence) => Pick<TaggedSentence, 'tags' | 'allowed'>

/** Gold tags of the model's types. Each type of the corpus must stand for only one. */
export function tagsOfModel(gold: readonly string[], { map }: Pick<LabelMeaning, 'map'>): readonly string[] {
  return map.size === 0 ? gold : gold.map(tag => renamed(tag, { map }))
}

function wholeEncoder(tags: readonly string[]): Encode {
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  return ({ gold, meaning, units }) => {
    const named = tagsOfModel(gold, meaning)
    return { tags: Int32Array.from(units ? tagsOfUnits(named, units) : named, tag => ids.get(tag) ?? 0) }
  }
}

/** A tag with the one type that its type stands for. */
function renamed(tag: string, meaning: Pick<LabelMeaning, 'map'>): string {
  const { prefix, type } = parseTag(tag)
  if (prefix === 'O') return 'O'
  const [image] = imagesOf(type, meaning)
  return image === 'O' ? 'O' : `${prefix}-${image}`
}

function partialEncoder(tags: readonly string[], scheme: Scheme, sets: TagSets): Encode {
  const allowedTags = new AllowedTags(tags, scheme, sets)
  const any = sets.idOf(tags.map((_, id) => id))
  const outside = sets.idOf([0])
  return ({ gold, sentence: { annotated }, meaning, units, recalled }) => {
    const ofTokens = allowedTags.of(gold, meaning, { annotated, recalled })
    const allowed = units ? setsOfUnits(ofTokens, { gold, units, any, outside, sets }) : ofTokens
    const onlyTag = (set: number) => (sets.tagsOf(set).length === 1 ? sets.tagsOf(set)[0] : SEVERAL)
    return { tags: allowed.map(onlyTag), allowed }
  }
}

/** A token's characters all have its set. A space has one tag where both tokens beside it have, else it may be anything. */
function setsOfUnits(
  ofTokens: Int32Array,
  {
    gold,
    units,
    any,
    outside,
    sets,
  }: {
    readonly gold: readonly string[]
    readonly units: NonNullable<TaggedSentence['units']>
    readonly any: number
    readonly outside: number
    readonly sets: TagSets
  },
): Int32Array {
  const isSure = (token: number) => sets.tagsOf(ofTokens[token]).length === 1
  const result = new Int32Array(units.texts.length).fill(outside)
  const filled = tagsOfUnits(gold, units)
  ofTokens.forEach((set, token) => {
    result.fill(set, units.starts[token], units.ends[token])
    if (token === 0) return
    const [from, to] = [units.ends[token - 1], units.starts[token]]
    if (!isSure(token) || !isSure(token - 1)) result.fill(any, from, to)
    else if (from < to && filled[from] !== 'O') result.fill(set, from, to)
  })
  return result
}
