import type { Annotated } from '../../corpus/sentence.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { parseTag, SCHEMES, type Scheme, type Tag } from '../../tags/scheme.js'
import { transitions } from '../../tags/transitions.js'

/** What a corpus's labels say about the model's types. */
export interface LabelMeaning {
  /** The model's types that the corpus marks wherever they occur; an unmarked token may be of any other type. */
  readonly types: ReadonlySet<string>
  /** What a type of the corpus stands for: types of the model, or `O`. A type that is not listed stands for itself. */
  readonly map: ReadonlyMap<string, readonly string[]>
}

/** What a trained model says of the types that a sentence's labels leave open. */
export interface RecalledTags {
  /** Those types. */
  readonly types: ReadonlySet<string>
  /** By token: the tag of one of the types, or `O` for none of them; `undefined` where the model is not sure. */
  readonly tags: readonly (string | undefined)[]
}

/** The sets of tags that occur as a token's allowed tags. Equal sets have one number. */
export class TagSets {
  private readonly ids = new Map<string, number>()
  private readonly members: (readonly number[])[] = []

  /** @param tags ids of the allowed tags, in rising order, at least one */
  idOf(tags: readonly number[]): number {
    const key = tags.join(' ')
    const known = this.ids.get(key)
    if (known !== undefined) return known
    const id = this.members.length
    this.ids.set(key, id)
    this.members.push(tags)
    return id
  }

  /** All sets, by number. */
  get all(): readonly (readonly number[])[] {
    return this.members
  }

  /** The allowed tags of a set. */
  tagsOf(id: number): readonly number[] {
    return this.members[id]
  }
}

/**
 * Turns the labels of partly labeled sentences into the tags that each token may have:
 *
 * - a marked token: its tag, with each type that its own type stands for;
 * - an unmarked token: `O`, and every tag of a type that the corpus does not mark throughout;
 * - a token that is not annotated: every tag.
 *
 * A tag that lies on no legal path through these sets is left out (arc consistency), so every path that remains is one
 * that the labels allow. An entity that is marked ends where its mark ends.
 */
export class AllowedTags {
  private readonly ids: ReadonlyMap<string, number>
  private readonly parsed: readonly Tag[]
  private readonly all: readonly number[]
  private readonly legal: ReturnType<typeof transitions>

  constructor(
    tags: readonly string[],
    private readonly scheme: Scheme,
    private readonly sets: TagSets,
  ) {
    this.ids = new Map(tags.map((tag, id) => [tag, id]))
    this.parsed = tags.map(parseTag)
    this.all = tags.map((_, id) => id)
    this.legal = transitions(tags, scheme)
  }

  /**
   * @param gold tags in the model's scheme with the corpus's types, `[tokens]`
   * @param options.annotated what of the sentence is labeled; absent: all of it
   * @param options.recalled what a trained model says of unmarked tokens, unless the labels contradict it
   * @returns for each token the number of its set in `sets`
   */
  of(
    gold: readonly string[],
    meaning: LabelMeaning,
    { annotated, recalled }: { readonly annotated?: Annotated; readonly recalled?: RecalledTags } = {},
  ): Int32Array {
    const unmarked = this.unmarked(meaning, annotated?.types)
    const allowed = gold.map((tag, token) => {
      if (annotated?.tokens && !annotated.tokens[token]) return this.all
      return tag === 'O' ? unmarked : this.marked(tag, meaning, unmarked)
    })
    for (const { end, type } of lenientSpans(gold))
      if (end < gold.length)
        allowed[end] = this.withoutContinuation(allowed[end], allowed[end - 1], imagesOf(type, meaning))
    const possible =
      (recalled && this.possible(this.narrowed(allowed, gold, recalled))) ?? this.possible(allowed)
    if (!possible) throw new Error(`no tags are possible for ${gold.join(' ')}`)
    return Int32Array.from(possible, tags => this.sets.idOf(tags))
  }

  /** What is left of the allowed tags of unmarked tokens by what a model is sure of. */
  private narrowed(
    allowed: readonly (readonly number[])[],
    gold: readonly string[],
    { types, tags }: RecalledTags,
  ): (readonly number[])[] {
    const narrowed = allowed.map((own, token) => {
      const tag = tags[token]
      if (gold[token] !== 'O' || tag === undefined) return own
      const known = this.ids.get(tag)
      return own.filter(id => {
        const { prefix, type } = this.parsed[id]
        return id === known || (prefix !== 'O' && !types.has(type))
      })
    })
    for (const { end, type } of lenientSpans(tags.map(tag => tag ?? 'O')))
      if (end < gold.length)
        narrowed[end] = this.withoutContinuation(narrowed[end], narrowed[end - 1], [type])
    return narrowed
  }

  private unmarked(meaning: LabelMeaning, annotatedTypes: readonly string[] | undefined): number[] {
    const certain = annotatedTypes && new Set(annotatedTypes.flatMap(type => imagesOf(type, meaning)))
    const isMarked = (type: string) => meaning.types.has(type) && (certain?.has(type) ?? true)
    return this.all.filter(id => this.parsed[id].prefix === 'O' || !isMarked(this.parsed[id].type))
  }

  private marked(tag: string, meaning: LabelMeaning, unmarked: readonly number[]): number[] {
    const { prefix, type } = parseTag(tag)
    const images = imagesOf(type, meaning)
    const allowed = images
      .filter(image => image !== 'O')
      .map(image => {
        const id = this.ids.get(`${prefix}-${image}`)
        if (id === undefined) throw new Error(`the model has no tag ${prefix}-${image}`)
        return id
      })
    // A type that stands for none of the model's types says no more than an unmarked token.
    if (images.length === 0 || images.includes('O')) allowed.push(...unmarked)
    return [...new Set(allowed)].sort((a, b) => a - b)
  }

  /** The tags after an entity that do not continue it. */
  private withoutContinuation(
    tags: readonly number[],
    last: readonly number[],
    images: readonly string[],
  ): readonly number[] {
    const { after } = SCHEMES[this.scheme]
    return tags.filter(id => {
      const next = this.parsed[id]
      return !last.some(before => {
        const { prefix, type } = this.parsed[before]
        if (prefix === 'O' || next.prefix === 'O' || type !== next.type || !images.includes(type))
          return false
        return after[prefix]?.same[next.prefix] === 'inside'
      })
    })
  }

  /** Leaves out what lies on no legal path; `undefined` where there is none. */
  private possible(allowed: readonly (readonly number[])[]): readonly (readonly number[])[] | undefined {
    const { start, end, allowed: steps } = this.legal
    const reached: (readonly number[])[] = []
    for (const tags of allowed) {
      const before = reached.at(-1)
      reached.push(tags.filter(tag => (before ? before.some(previous => steps[previous][tag]) : start[tag])))
    }
    const possible: (readonly number[])[] = []
    for (let token = allowed.length - 1; token >= 0; token--) {
      const next = possible[token + 1]
      const isOpen = (tag: number) => (next ? next.some(after => steps[tag][after]) : end[tag])
      possible[token] = reached[token].filter(isOpen)
      if (possible[token].length === 0) return undefined
    }
    return possible
  }
}

/** The model's types that a type of a corpus stands for. */
export function imagesOf(type: string, { map }: Pick<LabelMeaning, 'map'>): readonly string[] {
  return map.get(type) ?? [type]
}
