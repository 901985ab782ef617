import type { DecodedSentence } from '../decode/decoder.js'
import { EncodeError } from '../encode/encode-error.js'
import { type SentenceInput, type TokenSentence, toSentence } from '../model/inputs/sentence.js'
import type { ParsedRules } from '../rules/file/check-rules.js'
import { knownParts } from '../rules/known-parts.js'
import { NOTHING, type RuleRange, RuleSet } from '../rules/rule-set.js'
import { TextTokens } from '../rules/text-tokens.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { detokenize } from '../text/detokenize.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import type { AnnotatedText, Entity } from './annotated-text.js'
import { checkSentences } from './arguments.js'
import { annotatedWith, coveredTokens } from './entity-sentences.js'
import type { PartsFound, PartsRecognizer } from './parts-found.js'
import type { RecognizerInfo } from './recognizer.js'
import { withRests } from './rests.js'
import { untrainedInfo } from './rule-info.js'
import { TextRecognizer } from './text-recognizer.js'

/**
 * A rules file as a recognizer. It reads each text whole: what a pattern or a built-in finder finds may begin or end inside
 * a token, and may span sentences. An entity's `source` is the name of the rule that found it.
 *
 * @example
 * await using rules = await loadTagger('rules.yaml')
 * for (const { text, type, source } of await rules.tag('Write to ada@example.org.')) console.log(text, type, source)
 */
export class RulesRecognizer extends TextRecognizer implements PartsRecognizer {
  readonly info: RecognizerInfo

  constructor(
    readonly rules: RuleSet,
    override readonly tokenizer: Tokenizer,
  ) {
    super()
    this.info = untrainedInfo('rules', rules.types, { columns: rules.columns })
  }

  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    return texts.map(text => {
      const sentences = this.segmented(text)
      return annotatedWith(text, sentences, this.find(new TextTokens(text, sentences)))
    })
  }

  protected override async everything(texts: readonly string[], minScore = 0): Promise<readonly Entity[][]> {
    return texts.map(text => {
      const { chosen, beaten } = this.rules.choose(new TextTokens(text, this.segmented(text)))
      const sure = (ranges: readonly RuleRange[]) =>
        ranges
          .filter(({ type, score }) => type !== NOTHING && score >= minScore)
          .map(range => this.named(range))
      const lost = beaten.flatMap(({ range, by }) => (by.type === NOTHING ? [] : [range]))
      return withRests(text, sure(chosen), sure(lost))
    })
  }

  private segmented(text: string) {
    const { sentences } = this.tokenizer.segment(text)
    const [column] = this.info.columns
    if (column !== undefined && sentences.length > 0) throw missingColumn(column)
    return sentences
  }

  get parts() {
    return this.rules.rules.map(({ name, type, finder }) => ({
      name,
      types: (type === undefined ? (finder?.types ?? []) : [type]).filter(each => each !== NOTHING),
    }))
  }

  /** @throws EncodeError `encode/column` */
  async decodeParts(sentences: readonly TokenSentence[]): Promise<PartsFound[]> {
    checkSentences(sentences)
    return this.calls.during(async () =>
      sentences.map(sentence => {
        const text = textTokens(toSentence(sentence), this.info.columns)
        const { chosen, beaten } = this.rules.choose(text)
        const span = ({ first, last, type, score, order }: RuleRange) => {
          return { start: first, end: last, type, score, part: order }
        }
        const kept = chosen.filter(({ type }) => type !== NOTHING)
        const spans = coveredTokens(
          text.tokens,
          kept.map(range => this.named(range)),
        )
        return {
          decoded: { tags: encodeSpans(spans, text.tokens.length, 'BIO'), spans },
          beaten: beaten.map(({ range, by }) => ({ range: span(range), by: span(by) })),
        }
      }),
    )
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return sentences.map(sentence => {
      const text = textTokens(toSentence(sentence), this.info.columns)
      const spans = coveredTokens(text.tokens, this.find(text))
      return { tags: encodeSpans(spans, text.tokens.length, 'BIO'), spans }
    })
  }

  protected async free(): Promise<void> {}

  private find(text: TextTokens) {
    return this.rules.find(text).map(range => this.named(range))
  }

  private named({ start, end, type, score, order }: RuleRange) {
    return { start, end, type, score, source: this.rules.rules[order].name }
  }
}

/** A recognizer of the rules of a file. @throws InputError as `RuleSet` */
export async function createRules(parsed: ParsedRules): Promise<RulesRecognizer> {
  const tokenizer = createTokenizer('characters')
  return new RulesRecognizer(new RuleSet(parsed, await knownParts(parsed), tokenizer), tokenizer)
}

/** A sentence with its own text, or one put together from its tokens. */
export function textTokens(sentence: SentenceInput, columns: readonly string[]): TextTokens {
  const { tokens, columns: own } = sentence
  const missing = columns.find(column => own?.[column] === undefined)
  if (missing !== undefined) throw missingColumn(missing)
  const { text, offsets } =
    sentence.text !== undefined && sentence.offsets !== undefined
      ? { text: sentence.text, offsets: sentence.offsets }
      : detokenize(tokens)
  const placed = tokens.map((token, i) => ({ text: token, ...offsets[i] }))
  return new TextTokens(text, [{ tokens: placed, ...(own && { columns: own }) }])
}

function missingColumn(column: string): EncodeError {
  return new EncodeError('encode/column', {
    where: `column ${JSON.stringify(column)}`,
    expected: 'a value for each token, since the rules look at this column',
    got: 'none',
    remedy: 'give tokens that have it, from a file or in `columns`',
  })
}
