/** Two labelings of one text, whatever tokens and sentences each of them has. */
import type { Note } from '../base/fault.js'
import { lineOf, type Offsets } from '../corpus/sentence.js'
import { splitRanges } from '../corpus/text-tokens.js'
import type { TokenSpan } from '../tags/span.js'
import { textDifference, textEnds } from './text-difference.js'
import { type LabelSource, type PlacedText, TextReader } from './text-reader.js'

/**
 * A gold sentence with the entities of both sides. Its tokens are the gold ones, cut where an entity begins or ends inside
 * of one. If a predicted entity crosses the end of a gold sentence, the next one is part of it.
 */
export interface AlignedSentence {
  readonly tokens: readonly string[]
  /** Each token's range of visible characters. */
  readonly ranges: readonly Offsets[]
  /** Ranges of `tokens`, in order. */
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly TokenSpan[]
  /** The first token of each gold sentence. */
  readonly firsts: readonly number[]
  /** Of the first gold token in its file. */
  readonly line: number
}

/**
 * Lays the entities of two files on the same text over each other, by the places of their characters. White space does not
 * count, so tokens and sentences may be cut in any way; every other character must be the same.
 *
 * @param onNote receives `white-space` if records of text differ in white space
 * @throws InputError `score/text` at the first other character, `score/lengths` if one text goes on after the other's end,
 *   `score/unlabeled`, `score/partly-labeled`, `score/empty-entity`; CorpusError as the readers do
 */
export async function* alignLabels(
  gold: LabelSource,
  predicted: LabelSource,
  onNote: (note: Note) => void = () => undefined,
): AsyncGenerator<AlignedSentence> {
  const left = new TextReader(gold)
  const right = new TextReader(predicted)
  const spaces = new SpaceDifferences(gold.path, predicted.path)
  /** Predicted sentences that are not passed yet, and their entities that no pair has. */
  let ahead: PlacedText[] = []
  const waiting: TokenSpan[] = []
  let golds: PlacedText[] = []
  let found: TokenSpan[] = []
  try {
    for (let own = await left.next(); own; own = await left.next()) {
      golds.push(own)
      for (const other of ahead) await check(own, other)
      while ((ahead.at(-1)?.end ?? right.end) < own.end) {
        const other = await right.next()
        if (!other) throw textEnds({ longer: left, at: own, shorter: right, from: right.end })
        await check(own, other)
        ahead.push(other)
        for (const entity of placedEntities(other)) waiting.push(entity)
      }
      ahead = ahead.filter(({ end }) => end > own.end)
      const later = waiting.findIndex(({ start }) => start >= own.end)
      found = found.concat(waiting.splice(0, later < 0 ? waiting.length : later))
      if ((found.at(-1)?.end ?? 0) > own.end) continue
      yield aligned(golds, found)
      golds = []
      found = []
    }
    const rest = ahead[0] ?? (await nextVisible(right))
    if (rest) throw textEnds({ longer: right, at: rest, shorter: left, from: left.end })
  } finally {
    await Promise.all([left.close(), right.close()])
  }
  const note = spaces.note()
  if (note) onNote(note)

  async function check(own: PlacedText, other: PlacedText): Promise<void> {
    const from = firstDifference(own, other)
    if (from !== undefined) throw await textDifference(left, own, right, other, from)
    spaces.add(own, other)
  }
}

/** The place of the first character that two sentences do not share, where they overlap. */
function firstDifference(own: PlacedText, other: PlacedText): number | undefined {
  const from = Math.max(own.start, other.start)
  const to = Math.min(own.end, other.end)
  if (from >= to) return undefined
  const [a, b] = [own, other].map(({ text, start }) => text.slice(from - start, to - start))
  if (a === b) return undefined
  let at = 0
  while (a[at] === b[at]) at++
  return from + at
}

async function nextVisible(reader: TextReader): Promise<PlacedText | undefined> {
  for (let next = await reader.next(); next; next = await reader.next()) if (next.text !== '') return next
  return undefined
}

function placedEntities({ entities, start: from }: PlacedText): TokenSpan[] {
  return entities.map(({ start, end, type }) => ({ start: start + from, end: end + from, type }))
}

function aligned(golds: readonly PlacedText[], found: readonly TokenSpan[]): AlignedSentence {
  const own = golds.flatMap(placedEntities)
  const whole = new Map<number, { readonly end: number; readonly token: string }>()
  const covered: Offsets[] = []
  let at = golds[0].start
  for (const { sentence, tokens, start: from } of golds)
    for (const [i, token] of tokens.entries()) {
      const [start, end] = [token.start + from, token.end + from]
      if (start === end) continue
      // A tokenizer may leave characters out.
      if (start > at) covered.push({ start: at, end: start })
      covered.push({ start, end })
      whole.set(start, { end, token: sentence.tokens[i] })
      at = end
    }
  const last = golds[golds.length - 1]
  if (last.end > at) covered.push({ start: at, end: last.end })
  const ranges = splitRanges(
    covered,
    [...own, ...found].flatMap(({ start, end }) => [start, end]),
  )
  const text = golds.map(each => each.text).join('')
  const first = golds[0].start
  const starts = new Map(ranges.map(({ start }, i) => [start, i]))
  const indexOf = (place: number) => starts.get(place) ?? ranges.length
  const inTokens = ({ start, end, type }: TokenSpan) => ({ start: indexOf(start), end: indexOf(end), type })
  return {
    tokens: ranges.map(({ start, end }) => {
      const given = whole.get(start)
      return given?.end === end ? given.token : text.slice(start - first, end - first)
    }),
    ranges,
    gold: own.map(inTokens),
    predicted: found.map(inTokens),
    firsts: golds.map(({ start }) => indexOf(start)),
    line: lineOf(golds[0].sentence, 0),
  }
}

/** Records of the same visible text that differ in white space. */
class SpaceDifferences {
  private count = 0
  private first: { readonly own: PlacedText; readonly other: PlacedText } | undefined

  constructor(
    private readonly goldPath: string,
    private readonly path: string,
  ) {}

  add(own: PlacedText, other: PlacedText): void {
    const [a, b] = [own.sentence.text, other.sentence.text]
    if (a === undefined || b === undefined || a === b) return
    if (own.start !== other.start || own.end !== other.end) return
    this.count++
    this.first ??= { own, other }
  }

  note(): Note | undefined {
    if (!this.first) return undefined
    const { own, other } = this.first
    const where = { file: this.path, line: lineOf(other.sentence, 0) }
    const records = this.count === 1 ? 'this record' : `${this.count} records, first here,`
    const message = `the white space of ${records} is not that of ${this.goldPath}:${lineOf(own.sentence, 0)}; it does not count`
    return { code: 'white-space', where, message }
  }
}
