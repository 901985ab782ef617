import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import type { DecodedSentence } from '../../decode/decoder.js'
import { type TokenSentence, tokensOf } from '../../model/inputs/sentence.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { AnnotatedText } from '../annotated-text.js'
import { annotatedWith } from '../entity-sentences.js'
import type { RecognizerInfo } from '../recognizer.js'
import { untrainedInfo } from '../rule-info.js'
import { TextRecognizer } from '../text-recognizer.js'
import type { SpanFinder, SpanRequest } from './span-finder.js'
import { wordsOf } from './span-windows.js'

/** What a span model is asked for. */
export interface SpanOptions {
  /** Types in words, as the model was trained on them: `person`, `city`. At least one, each once. */
  readonly types: readonly string[]
  /** The least score of an entity, from 0 to 1; default: 0.5. */
  readonly threshold?: number
}

/**
 * A span model as a recognizer: it finds entities of any types that are named. An entity's score is the model's own
 * probability for that span and type. Texts are read whole, long ones through overlapping windows.
 *
 * @example
 * await using spans = await loadSpanRecognizer('models/gliner-small', { types: ['person', 'city'] })
 * for (const { text, type, score } of await spans.tag('Ada Lovelace wrote from London.')) console.log(text, type, score)
 * const others = spans.withTypes({ types: ['ship'], threshold: 0.3 })
 */
export class SpanRecognizer extends TextRecognizer {
  readonly info: RecognizerInfo
  private readonly wanted: SpanRequest

  /** @throws InputError `predict/types` for types or a threshold that are none */
  constructor(
    private readonly model: SharedSpanModel,
    { types, threshold = 0.5 }: SpanOptions,
    runtime: string,
  ) {
    super()
    const names: readonly unknown[] = Array.isArray(types) ? types : []
    const isNamed = names.every(type => typeof type === 'string' && type.trim() !== '')
    if (names.length === 0 || !isNamed || new Set(names).size !== names.length)
      throw refused(
        'types',
        'one type or more, each once, such as person,city',
        JSON.stringify(types) ?? 'none',
      )
    if (!(threshold >= 0 && threshold <= 1))
      throw refused('threshold', 'a number from 0 to 1', String(threshold))
    this.wanted = { types: [...types], threshold }
    this.info = { ...untrainedInfo('spans', this.wanted.types), runtime }
    model.users++
  }

  /** The same model asked for other types. Release both. */
  withTypes(options: SpanOptions): SpanRecognizer {
    return new SpanRecognizer(this.model, options, this.info.runtime)
  }

  protected async annotateBatch(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly AnnotatedText[]> {
    const found: AnnotatedText[] = []
    for (const text of texts) {
      signal?.throwIfAborted()
      const words = wordsOf(text)
      const spans = await this.find(words.map(({ start, end }) => text.slice(start, end)))
      const entities = spans.map(({ start, end, ...rest }) => ({
        ...rest,
        ...{ start: words[start].start, end: words[end - 1].end },
      }))
      found.push(annotatedWith(text, this.tokenizer.segment(text).sentences, entities))
    }
    return found
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    const found: DecodedSentence[] = []
    for (const sentence of sentences) {
      const tokens = tokensOf(sentence)
      const spans = await this.find(tokens)
      found.push({ tags: encodeSpans(spans, tokens.length, 'BIO'), spans })
    }
    return found
  }

  protected async free(): Promise<void> {
    if (--this.model.users === 0) await this.model.own.release()
  }

  private async find(words: readonly string[]) {
    const turn = this.model.last.then(() => this.model.own.find(words, this.wanted))
    this.model.last = turn.catch(() => undefined)
    const found = await turn
    return found.map(({ start, end, type, score }) => ({ start, end, type: this.wanted.types[type], score }))
  }
}

/** A model that several recognizers ask, each in turn; the last one to be released frees it. */
export class SharedSpanModel {
  users = 0
  last: Promise<unknown> = Promise.resolve()

  constructor(readonly own: SpanFinder) {}
}

function refused(name: string, expected: string, got: string): InputError {
  return new InputError('predict/types', { where: option(name), expected, got })
}
