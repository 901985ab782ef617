/** A span model at work: words and types in, scores of spans out. */
import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { sizeOf } from '../../engine/graph/tensor.js'
import type { Session, Tensor } from '../../engine/runtime/runtime.js'
import type { SubwordTokenizer } from '../../text/subword/subword-tokenizer.js'
import type { SpanFinder, SpanRequest } from './span-finder.js'
import type { SpanSettings } from './span-settings.js'
import { type FoundSpan, greedySpans, wordWindows } from './span-windows.js'

/** The names of a span model's inputs and output, as the program that exports them gives them. */
export const SPAN_INPUTS = [
  ...['input_ids', 'attention_mask', 'words_mask', 'text_lengths', 'span_idx', 'span_mask'],
] as const
export const SPAN_OUTPUT = 'logits'

/** Words that two windows share. */
const SHARED = 64
/** Distinct words whose pieces are remembered. */
const WORDS_KEPT = 100_000

export interface SpanModelParts {
  readonly session: Session
  readonly tokenizer: SubwordTokenizer
  readonly settings: SpanSettings
  /** What to call the file in messages. */
  readonly where: string
}

/** Owns a session: `release` it. One run at a time. */
export class SpanModel implements SpanFinder {
  private readonly known = new Map<string, readonly number[]>()

  constructor(private readonly parts: SpanModelParts) {}

  /**
   * The spans of some words, in order and without overlaps.
   * @throws InputError `predict/types` for more types than the model has room for
   */
  async find(words: readonly string[], wanted: SpanRequest): Promise<FoundSpan[]> {
    const { settings, tokenizer } = this.parts
    if (words.length === 0 || wanted.types.length === 0) return []
    const prompt = this.prompt(wanted.types)
    const { prefix, suffix } = tokenizer.around
    const room = settings.pieces - prompt.length - prefix.length - suffix.length
    if (room < 16)
      throw new InputError('predict/types', {
        where: option('types'),
        expected: `types of at most ${settings.pieces - 16} pieces together`,
        got: `${prompt.length}`,
        remedy: 'ask for fewer at once',
      })
    // Of a word that is longer than everything that is read at once, what is next to the piece that stands for it.
    const fitting = (own: readonly number[]) =>
      settings.pooling === 'first' ? own.slice(0, room) : own.slice(-room)
    const pieces = words.map(word => fitting(this.piecesOf(word)))
    const counts = pieces.map(({ length }) => length)
    const found: FoundSpan[] = []
    for (const { from, to } of wordWindows(counts, { words: settings.words, pieces: room, shared: SHARED })) {
      const own = await this.run(prompt, pieces.slice(from, to), wanted)
      found.push(...own.map(span => ({ ...span, start: span.start + from, end: span.end + from })))
    }
    return greedySpans(found)
  }

  release(): Promise<void> {
    return this.parts.session.release()
  }

  /** Each type after its mark, then the mark of the text. */
  private prompt(types: readonly string[]): readonly number[] {
    const { typeMark, textMark } = this.parts.settings
    return [...types.flatMap(type => [typeMark, type]), textMark].flatMap(word => this.piecesOf(word))
  }

  private piecesOf(word: string): readonly number[] {
    const { tokenizer } = this.parts
    let pieces = this.known.get(word)
    if (!pieces) {
      if (this.known.size > WORDS_KEPT) this.known.clear()
      const ids = tokenizer.encodeWord(word)
      pieces = ids.length > 0 ? ids : [tokenizer.unknownId ?? 0]
      this.known.set(word, pieces)
    }
    return pieces
  }

  private async run(
    prompt: readonly number[],
    words: readonly (readonly number[])[],
    { types, threshold }: SpanRequest,
  ): Promise<FoundSpan[]> {
    const { settings, session, where } = this.parts
    const feeds = this.feeds(prompt, words)
    const { [SPAN_OUTPUT]: logits } = await session.run(feeds, { [SPAN_OUTPUT]: null })
    const { width } = settings
    const shape = [1, words.length, width, types.length]
    if (logits.data.length !== sizeOf(shape) || !(logits.data instanceof Float32Array))
      throw new ModelFileError({
        where,
        expected: `scores [${shape.join(', ')}]: for each word, width and type`,
        got: `[${logits.shape.join(', ')}]`,
        remedy: 'take a model of spans that was exported with its own program',
      })
    const found: FoundSpan[] = []
    logits.data.forEach((logit, at) => {
      const score = 1 / (1 + Math.exp(-logit))
      if (!(score > threshold)) return
      const type = at % types.length
      const long = Math.floor(at / types.length) % width
      const start = Math.floor(at / types.length / width)
      const end = start + long + 1
      if (end <= words.length) found.push({ start, end, type, score })
    })
    return found
  }

  private feeds(
    prompt: readonly number[],
    words: readonly (readonly number[])[],
  ): Record<(typeof SPAN_INPUTS)[number], Tensor> {
    const { settings, tokenizer } = this.parts
    const { prefix, suffix } = tokenizer.around
    const ids = [...prefix, ...prompt, ...words.flat(), ...suffix]
    const numbers = (shape: readonly number[], values: readonly number[]): Tensor => ({
      ...{ type: 'int64', shape },
      data: BigInt64Array.from(values, BigInt),
    })
    const place = ids.map(() => 0)
    let at = prefix.length + prompt.length
    words.forEach((pieces, word) => {
      place[settings.pooling === 'first' ? at : at + pieces.length - 1] = word + 1
      at += pieces.length
    })
    const { width } = settings
    const spans = words.flatMap((_, start) =>
      Array.from({ length: width }, (_, long) => [start, start + long]),
    )
    const line = [1, ids.length]
    return {
      input_ids: numbers(line, ids),
      attention_mask: numbers(
        line,
        ids.map(() => 1),
      ),
      words_mask: numbers(line, place),
      text_lengths: numbers([1, 1], [words.length]),
      span_idx: numbers([1, spans.length, 2], spans.flat()),
      span_mask: {
        ...{ type: 'bool', shape: [1, spans.length] },
        data: Uint8Array.from(spans, ([, end]) => Number(end < words.length)),
      },
    }
  }
}
