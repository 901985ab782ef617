import type { SpanConstraints } from '../decode/constraints.js'
import type { DecodedSentence } from '../decode/decoder.js'
import { type SentenceInput, type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import { chooseRanges } from '../rules/choose-ranges.js'
import type { Role } from '../run/combination.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { TextRange } from '../text/token.js'
import { type AnnotatedText, annotatedText, type Entity } from './annotated-text.js'
import { checkSentences } from './arguments.js'
import { annotatedWith, coveredTokens } from './entity-sentences.js'
import type { PartsFound, PartsRecognizer } from './parts-found.js'
import { isTrained, type Recognizer, type RecognizerInfo } from './recognizer.js'
import { withRests } from './rests.js'
import { untrainedInfo } from './rule-info.js'
import { sentencesOfText } from './sentences-of-text.js'
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
  readonly fixed: Kept
  readonly forbidden: readonly (readonly Found[])[]
  readonly suggested: readonly { readonly found: readonly Found[]; readonly weight: number }[]
}

/** How parts find something in each of some texts or sentences. */
interface Search {
  readonly count: number
  /** What parts find that guide others. */
  readonly guide: (recognizer: Recognizer) => Promise<readonly (readonly Found[])[]>
  /** What other parts find; default: as `guide`. */
  readonly plain?: Search['guide']
  readonly constrained: (
    tagger: Recognizer,
    known: readonly Known[],
  ) => Promise<readonly (readonly Found[])[]>
  /** What scores less does not take part; default: 0. */
  readonly minScore?: number
  /** Whether what parts that fix leave out is looked for, too. */
  readonly isEverything?: boolean
}

type Ranked = ReturnType<typeof ranked>

/** What is kept of all that the parts found in one text or sentence, and what lost to it. */
interface Kept {
  readonly chosen: readonly Ranked[]
  readonly beaten: readonly { readonly range: Ranked; readonly by: Ranked }[]
}

/**
 * Several recognizers as one. Where what they find overlaps, a policy decides. What some of them find can constrain the
 * decoders of trained taggers. An entity's `source` is the name of the part that found it.
 *
 * It owns its parts: they are released with it.
 *
 * @example
 * await using model = await loadTagger('models/contracts')
 * for (const { text, type, source } of await model.tag('Ada signed AB-1204.')) console.log(text, type, source)
 */
export class CombinedRecognizer extends TextRecognizer implements PartsRecognizer {
  readonly info: RecognizerInfo
  readonly parts: readonly (RecognizerPart & { readonly types: readonly string[] })[]

  /** @param policy how conflicts are decided; with `priority`, earlier parts come first */
  constructor(
    parts: readonly RecognizerPart[],
    private readonly policy: 'priority' | 'longest' | 'score',
  ) {
    super()
    this.parts = parts.map(part => ({ ...part, types: part.types ?? part.recognizer.info.types }))
    const finding = this.parts.filter(({ as }) => as === 'find' || as === 'fix')
    const types = [...new Set(finding.flatMap(part => part.types))]
    const columns = [...new Set(parts.flatMap(({ recognizer }) => recognizer.info.columns))]
    const views = parts.flatMap(({ recognizer }) => recognizer.info.coarse ?? [])
    const view = new Map(views.flatMap(own => [...own]))
    const coarse = new Map(types.map(type => [type, view.get(type) ?? type]))
    const context = Math.max(...parts.map(({ recognizer }) => recognizer.info.context ?? 0))
    this.info = untrainedInfo('combination', types, {
      columns,
      ...(views.length > 0 && { coarse }),
      ...(context > 0 && { context }),
    })
    const first = parts.find(({ recognizer }) => isTrained(recognizer)) ?? parts[0]
    Object.assign(this, { tokenizer: first.recognizer.tokenizer })
  }

  override checkColumns(sentences: readonly SentenceInput[]): void {
    super.checkColumns(sentences)
    for (const { recognizer } of this.parts) recognizer.checkColumns(sentences)
  }

  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    const kept = await this.combine(textSearch(texts))
    return texts.map((text, i) =>
      annotatedWith(text, this.tokenizer.segment(text).sentences, this.named(kept[i].chosen)),
    )
  }

  protected override async everything(texts: readonly string[], minScore = 0): Promise<readonly Entity[][]> {
    const plain = (recognizer: Recognizer) => recognizer.tagEverything(texts, { minScore })
    const kept = await this.combine({ ...textSearch(texts), plain, minScore, isEverything: true })
    return texts.map((text, i) =>
      withRests(text, this.named(kept[i].chosen), this.named(kept[i].beaten.map(({ range }) => range))),
    )
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return (await this.decodeAll(sentences)).map(({ decoded }) => decoded)
  }

  async decodeParts(sentences: readonly TokenSentence[]): Promise<PartsFound[]> {
    checkSentences(sentences)
    return this.calls.during(() => this.decodeAll(sentences))
  }

  protected async free(): Promise<void> {
    await Promise.all(this.parts.map(({ recognizer }) => recognizer.release()))
  }

  private async decodeAll(sentences: readonly TokenSentence[]): Promise<PartsFound[]> {
    const lengths = sentences.map(sentence => tokensOf(sentence).length)
    const spansOf = (decoded: readonly DecodedSentence[]) => decoded.map(({ spans }) => spans)
    const kept = await this.combine({
      count: sentences.length,
      guide: async recognizer => spansOf(await recognizer.tagTokens(sentences)),
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
    const span = ({ start, end, type, score, order }: Ranked) => ({ start, end, type, score, part: order })
    return kept.map(({ chosen, beaten }, i) => {
      const spans = this.named(chosen)
      return {
        decoded: { tags: encodeSpans(spans, lengths[i], 'BIO'), spans },
        beaten: beaten.map(({ range, by }) => ({ range: span(range), by: span(by) })),
      }
    })
  }

  private named(ranges: readonly Ranked[]) {
    return ranges.map(({ start, end, type, score, order }) => {
      return { start, end, type, score, source: this.parts[order].name }
    })
  }

  private async combine(search: Search): Promise<Kept[]> {
    const { count, guide, plain = guide, minScore = 0, isEverything = false } = search
    const known = await this.known(search)
    const found: (readonly (readonly Found[])[] | undefined)[] = []
    for (const { recognizer, as, types } of this.parts) {
      const own =
        as !== 'find' && !(as === 'fix' && isEverything)
          ? undefined
          : known && as === 'find' && isTrained(recognizer)
            ? await search.constrained(recognizer, known)
            : await plain(recognizer)
      found.push(own?.map(each => ofTypes(each, types)))
    }
    return Array.from({ length: count }, (_, i) => {
      const { chosen: fixed, beaten } = known?.[i].fixed ?? { chosen: [], beaten: [] }
      const all = found.flatMap((own, order) => (own?.[i] ?? []).map(each => ranked(each, order)))
      const ranged = all.filter(({ score }) => score >= minScore)
      const free = ranged.filter(each => within(fixed, each).length === 0)
      const held = ranged.flatMap(range => {
        const [by] = within(fixed, range)
        // A tagger that is held to an entity finds it, too.
        return by && !isSame(by, range) ? [{ range, by }] : []
      })
      const choice = chooseRanges(free, this.policy)
      return {
        chosen: [...choice.chosen, ...fixed.filter(({ score }) => score >= minScore)].sort(
          (a, b) => a.start - b.start,
        ),
        beaten: [...beaten, ...held, ...choice.beaten],
      }
    })
  }

  /** What is known before models are asked; `undefined` where no part says so. */
  private async known({ count, guide }: Search): Promise<Known[] | undefined> {
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
          found: (await guide(part.recognizer)).map(own => ofTypes(own, part.types)),
        })
    if (guides.length === 0) return undefined
    const of = (role: Role) => guides.filter(({ part }) => part.as === role)
    return Array.from({ length: count }, (_, i) => {
      const fixed = of('fix').flatMap(({ order, found }) => found[i].map(own => ranked(own, order)))
      return {
        fixed: chooseRanges(fixed, 'priority'),
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

function ofTypes(found: readonly Found[], types: readonly string[]): readonly Found[] {
  return found.filter(({ type }) => types.includes(type))
}

function isSame(a: Found, b: Found): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type
}

/** The search of texts: what taggers find under constraints is put together from their sentences. */
function textSearch(texts: readonly string[]): Search {
  return {
    count: texts.length,
    guide: recognizer => recognizer.tag(texts),
    constrained: async (tagger, known) => {
      const segmented = texts.map(text => tagger.tokenizer.segment(text).sentences)
      const constraints = segmented.flatMap((sentences, i) =>
        sentences.map(({ tokens }) => constraintsOf(tokens, known[i])),
      )
      const tokens = segmented.flatMap(sentences => sentencesOfText(sentences, tagger.info.context))
      const decoded = await tagger.tagConstrained(tokens, constraints)
      let next = 0
      return segmented.map((sentences, i) => {
        const own = decoded.slice(next, next + sentences.length)
        next += sentences.length
        return annotatedText(texts[i], sentences, own).entities
      })
    },
  }
}

/** What is known of a sentence, as spans of its tokens: of those that it touches. */
function constraintsOf(tokens: readonly TextRange[], known: Known): SpanConstraints {
  const last = tokens.at(-1)
  if (!last) return {}
  const sentence = { start: tokens[0].start, end: last.end }
  const spans = (found: readonly Found[]) => coveredTokens(tokens, within(found, sentence))
  return {
    fixed: spans(known.fixed.chosen),
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
