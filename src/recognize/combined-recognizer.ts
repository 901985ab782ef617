import type { SpanConstraints } from '../decode/constraints.js'
import type { DecodedSentence } from '../decode/decoder.js'
import { type SentenceInput, type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import { chooseRanges } from '../rules/choose-ranges.js'
import type { Role } from '../run/combination.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { TextRange } from '../text/token.js'
import type { AnnotatedText } from './annotated-text.js'
import { annotatedText } from './annotated-text.js'
import { annotatedWith, coveredTokens } from './entity-sentences.js'
import type { Recognizer, RecognizerInfo } from './recognizer.js'
import { Tagger } from './tagger.js'
import { TextRecognizer } from './text-recognizer.js'

/** A recognizer in a combination. */
export interface RecognizerPart {
  /** The `source` of what it finds. */
  readonly name: string
  readonly recognizer: Recognizer
  readonly as: Role
  readonly weight: number
  /** The types that count; `null` for all. */
  readonly types: readonly string[] | null
}

/** The type of rules that forbid entities of every type. */
const ANY = '*'

/** What a part found in a text or a sentence, in order and without overlaps. */
interface Found extends TextRange {
  readonly type: string
  readonly score: number
}

/** What guides found in one text or sentence. */
interface Known {
  readonly fixed: readonly Found[]
  readonly forbidden: readonly (readonly Found[])[]
  readonly suggested: readonly { readonly found: readonly Found[]; readonly weight: number }[]
}

/** How parts find something in each of some texts or sentences. */
interface Search {
  readonly count: number
  readonly plain: (recognizer: Recognizer) => Promise<readonly (readonly Found[])[]>
  readonly constrained: (tagger: Tagger, known: readonly Known[]) => Promise<readonly (readonly Found[])[]>
}

/**
 * Several recognizers as one. Where what they find overlaps, a policy decides. What some of them find can constrain the
 * decoders of trained taggers. An entity's `source` is the name of the part that found it.
 *
 * @example
 * await using model = await loadRecognizer('models/contracts')
 * for (const { text, type, source } of await model.tag('Ada signed AB-1204.')) console.log(text, type, source)
 */
export class CombinedRecognizer extends TextRecognizer {
  readonly info: RecognizerInfo

  /** @param policy how conflicts are decided; with `priority`, earlier parts come first */
  constructor(
    readonly parts: readonly RecognizerPart[],
    private readonly policy: 'priority' | 'longest' | 'score',
  ) {
    super()
    const types = parts.flatMap(({ recognizer, as, types: own }) =>
      as === 'find' || as === 'fix' ? (own ?? recognizer.info.types) : [],
    )
    const columns = parts.flatMap(({ recognizer }) => recognizer.info.columns)
    this.info = { types: [...new Set(types)], columns: [...new Set(columns)] }
    const first = parts.find(({ recognizer }) => recognizer instanceof Tagger) ?? parts[0]
    Object.assign(this, { tokenizer: first.recognizer.tokenizer })
  }

  override checkColumns(sentences: readonly SentenceInput[]): void {
    super.checkColumns(sentences)
    for (const { recognizer } of this.parts) recognizer.checkColumns(sentences)
  }

  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    const found = await this.combine({
      count: texts.length,
      plain: recognizer => recognizer.tag(texts),
      constrained: async (tagger, known) => {
        const segmented = texts.map(text => tagger.tokenizer.segment(text).sentences)
        const constraints = segmented.flatMap((sentences, i) =>
          sentences.map(({ tokens }) => constraintsOf(tokens, known[i])),
        )
        const tokens = segmented.flat().map(sentence => sentence.tokens.map(({ text }) => text))
        const decoded = await tagger.tagConstrained(tokens, constraints)
        let next = 0
        return segmented.map((sentences, i) => {
          const own = decoded.slice(next, next + sentences.length)
          next += sentences.length
          return annotatedText(texts[i], sentences, own).entities
        })
      },
    })
    return texts.map((text, i) => annotatedWith(text, this.tokenizer.segment(text).sentences, found[i]))
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    const lengths = sentences.map(sentence => tokensOf(sentence).length)
    const spansOf = (decoded: readonly DecodedSentence[]) => decoded.map(({ spans }) => spans)
    const found = await this.combine({
      count: sentences.length,
      plain: async recognizer => spansOf(await recognizer.tagTokens(sentences)),
      constrained: async (tagger, known) => {
        const constraints = lengths.map((length, i) =>
          constraintsOf(
            Array.from({ length }, (_, t) => ({ start: t, end: t + 1 })),
            known[i],
          ),
        )
        return spansOf(await tagger.tagConstrained(sentences, constraints))
      },
    })
    return found.map((spans, i) => ({ tags: encodeSpans(spans, lengths[i], 'BIO'), spans }))
  }

  protected async free(): Promise<void> {
    await Promise.all(this.parts.map(({ recognizer }) => recognizer.release()))
  }

  private async combine(search: Search) {
    const known = await this.known(search)
    const found: (readonly (readonly Found[])[] | undefined)[] = []
    for (const { recognizer, as, types } of this.parts) {
      const own =
        as !== 'find'
          ? undefined
          : known && recognizer instanceof Tagger && recognizer.canBeConstrained
            ? await search.constrained(recognizer, known)
            : await search.plain(recognizer)
      found.push(own?.map(each => ofTypes(each, types)))
    }
    return Array.from({ length: search.count }, (_, i) => {
      const fixed = known?.[i].fixed ?? []
      const ranged = found.flatMap((own, order) => (own?.[i] ?? []).map(each => ranked(each, order)))
      const free = ranged.filter(each => within(fixed, each).length === 0)
      return [...chooseRanges(free, this.policy).chosen, ...(fixed as typeof free)]
        .sort((a, b) => a.start - b.start)
        .map(({ start, end, type, score, order }) => {
          return { start, end, type, score, source: this.parts[order].name }
        })
    })
  }

  /** What is known before models are asked; `undefined` where no part says so. */
  private async known({ count, plain }: Search): Promise<Known[] | undefined> {
    const guides: {
      readonly part: RecognizerPart
      readonly order: number
      readonly found: readonly (readonly Found[])[]
    }[] = []
    for (const [order, part] of this.parts.entries())
      if (part.as !== 'find')
        guides.push({
          part,
          order,
          found: (await plain(part.recognizer)).map(own => ofTypes(own, part.types)),
        })
    if (guides.length === 0) return undefined
    const of = (role: Role) => guides.filter(({ part }) => part.as === role)
    return Array.from({ length: count }, (_, i) => {
      const fixed = of('fix').flatMap(({ order, found }) => found[i].map(own => ranked(own, order)))
      return {
        fixed: chooseRanges(fixed, 'priority').chosen,
        forbidden: of('forbid').map(({ found }) => found[i]),
        suggested: of('suggest').map(({ part, found }) => ({ found: found[i], weight: part.weight })),
      }
    })
  }
}

/** Earlier parts have priority. */
function ranked({ start, end, type, score }: Found, order: number) {
  return { start, end, type, score, order, priority: -order }
}

function ofTypes(found: readonly Found[], types: readonly string[] | null): readonly Found[] {
  return types === null ? found : found.filter(({ type }) => types.includes(type))
}

/** What is known of a sentence, as spans of its tokens: of those that it touches. */
function constraintsOf(tokens: readonly TextRange[], known: Known): SpanConstraints {
  const last = tokens.at(-1)
  if (!last) return {}
  const sentence = { start: tokens[0].start, end: last.end }
  const spans = (found: readonly Found[]) => coveredTokens(tokens, within(found, sentence))
  return {
    fixed: spans(known.fixed),
    forbidden: known.forbidden
      .flatMap(spans)
      .map(({ start, end, type }) => (type === ANY ? { start, end } : { start, end, type })),
    suggested: known.suggested.flatMap(({ found, weight }) =>
      spans(found).map(span => ({ ...span, weight })),
    ),
  }
}

/** Of ranges in order and without overlaps, those that overlap another. */
function within<Range extends TextRange>(
  ranges: readonly Range[],
  { start, end }: TextRange,
): readonly Range[] {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle].end > start) high = middle
    else low = middle + 1
  }
  let to = low
  while (to < ranges.length && ranges[to].start < end) to++
  return ranges.slice(low, to)
}
