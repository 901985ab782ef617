/** How well each way to cut scripts without spaces fits the tokens of a corpus. */
import type { Note } from '../base/fault.js'
import type { Segmentation } from '../text/language.js'
import { createTokenizer } from '../text/tokenizer.js'
import type { Offsets, Sentence } from './sentence.js'
import { textEntities, textOf } from './sentence-text.js'

/** How one cut fits. */
export interface SegmentationFit {
  /** F1 of its tokens against the corpus's own, counting those in scripts without spaces. */
  readonly f1: number
  /** The share of the entities whose edges are edges of its tokens; of those that touch such a token. */
  readonly entities: number
}

export interface SegmentationFits extends Readonly<Record<Segmentation, SegmentationFit>> {
  /** The tokens of the corpus that were looked at, and how many of them are in scripts without spaces. */
  readonly tokens: number
  readonly unspaced: number
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** The cut that agrees best with a corpus's tokens. @param fits those of the corpus, from `fitSegmentations` */
export function bestSegmentation(fits: SegmentationFits | undefined): Segmentation {
  return fits !== undefined && fits.words.f1 > fits.characters.f1 ? 'words' : 'characters'
}

/** Tokens in scripts without spaces that are enough to tell. */
const ENOUGH = 50_000

/**
 * Cuts the corpus's text into characters and into words, and compares both with its tokens.
 *
 * @returns `undefined` for a corpus without a token in a script without spaces
 * @throws InputError `text/segmenter` for one with such tokens, where the JavaScript engine has no dictionary
 */
export function fitSegmentations(sentences: readonly Sentence[]): SegmentationFits | undefined {
  const counters = { characters: new FitCounter('characters'), words: new FitCounter('words') }
  let [tokens, unspaced] = [0, 0]
  for (const sentence of sentences) {
    tokens += sentence.tokens.length
    const own = sentence.tokens.filter(token => UNSPACED.test(token)).length
    if (own === 0) continue
    unspaced += own
    counters.characters.add(sentence)
    counters.words.add(sentence)
    if (unspaced >= ENOUGH) break
  }
  if (unspaced === 0) return undefined
  return { tokens, unspaced, characters: counters.characters.fit(), words: counters.words.fit() }
}

/** Corpora with a smaller share of tokens in scripts without spaces are hardly touched by how those are cut. */
const WORTH_A_NOTE = 0.01

export function isWorthANote({ tokens, unspaced }: SegmentationFits): boolean {
  return unspaced >= tokens * WORTH_A_NOTE
}

/** The token F1 of the other cut is higher by so much. */
const OTHERWISE = 0.05

/**
 * What to know of a corpus whose tokens are cut otherwise than the text that a tagger is given; none for others.
 * @param segmentation the tagger's
 */
export function otherCutNotes(
  path: string,
  sentences: readonly Sentence[],
  segmentation: Segmentation,
): Note[] {
  const fits = fitSegmentations(sentences)
  const other: Segmentation = segmentation === 'words' ? 'characters' : 'words'
  if (!fits || !isWorthANote(fits) || fits[other].f1 - fits[segmentation].f1 <= OTHERWISE) return []
  const message = `in scripts without spaces its tokens agree with ${other} (token F1 ${percent(fits[other].f1)}), while the tagger cuts text into ${segmentation} (${percent(fits[segmentation].f1)}): scores on its tokens do not tell how its text would be tagged`
  return [{ code: 'other-segmentation', where: path, message }]
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

class FitCounter {
  private readonly tokenizer
  private gold = 0
  private found = 0
  private shared = 0
  private entities = 0
  private kept = 0

  constructor(segmentation: Segmentation) {
    this.tokenizer = createTokenizer(segmentation)
  }

  add(sentence: Sentence): void {
    const { text, offsets } = textOf(sentence)
    const isUnspaced = ({ start, end }: Offsets) => UNSPACED.test(text.slice(start, end))
    const cut = this.tokenizer.tokenize(text)
    const known = new Set(offsets.filter(isUnspaced).map(rangeKey))
    const found = cut.filter(isUnspaced)
    this.gold += known.size
    this.found += found.length
    this.shared += found.filter(token => known.has(rangeKey(token))).length
    const starts = new Set(cut.map(({ start }) => start))
    const ends = new Set(cut.map(({ end }) => end))
    for (const { start, end } of textEntities(sentence, { text, offsets })) {
      if (!isUnspaced({ start, end })) continue
      this.entities++
      if (starts.has(start) && ends.has(end)) this.kept++
    }
  }

  fit(): SegmentationFit {
    return {
      f1: (2 * this.shared) / Math.max(1, this.gold + this.found),
      entities: this.entities === 0 ? 1 : this.kept / this.entities,
    }
  }
}

function rangeKey({ start, end }: Offsets): string {
  return `${start}-${end}`
}
