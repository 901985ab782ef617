import type { FilePlace } from '../../base/fault.js'
import { cutSentences } from '../cut-sentences.js'
import { LengthHistogram } from '../stats/length-histogram.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { info, share, warning } from './finding.js'

const MERGED = warning(
  'merged-sentences',
  'sentences are several sentences in one: empty lines between them are probably lost',
  'put an empty line after each sentence; new text is tagged sentence by sentence',
)
const LONG = warning(
  'long-sentences',
  'sentences are much longer than the rest',
  'check for a missing empty line; split them if training runs out of memory',
)
const ONE_TOKEN = info(
  'one-token-sentences',
  'sentences have only one token',
  'headings and list items are fine; otherwise check how the sentences were split',
)

/** Sentences up to this length are never reported, however short the others are. */
const FAIR = 150
/** Longer ones are always reported, however long the others are. */
const GIANT = 1000
/** Sentences of this length may be several. */
const SEVERAL = 60

/** Sentences that are very long, are several in one, or have one token. */
export const lengths: CheckKind = {
  finds: [MERGED, LONG, ONE_TOKEN],
  create: context => new LengthCheck(context),
}

class LengthCheck implements Check {
  private lengths = new LengthHistogram()
  private long: { where: FilePlace; length: number }[] = []
  private merged: { where: FilePlace; length: number; ends: number }[] = []
  private longestMerged = 0
  private mergedCount = 0
  private oneToken = 0

  constructor(private readonly context: CheckContext) {}

  add(sentence: CheckedSentence): void {
    const { tokens, at } = sentence
    this.lengths.add(tokens.length)
    if (tokens.length === 1) this.oneToken++
    if (tokens.length <= SEVERAL) return
    if (sentence.text === undefined) this.lookForSeveral(sentence)
    if (tokens.length <= FAIR) return
    // Running text is cut into sentences before it is tagged.
    const parts = sentence.text === undefined ? [sentence] : cutSentences([sentence.exact]).parts
    const length = Math.max(...parts.map(part => part.tokens.length))
    if (length > FAIR) this.long.push({ where: at(), length })
  }

  endFile({ file, sentences }: FileSummary): void {
    const { log } = this.context
    const typical = this.lengths.quantile(0.95)
    for (const { where, length } of this.long)
      if (length > 3 * typical || length > GIANT)
        log.add(LONG, where, `${length.toLocaleString('en-US')} tokens (95% have up to ${typical})`)
    this.reportMerged(sentences)
    if (this.oneToken > 0)
      log.add(ONE_TOKEN, { file }, share(this.oneToken, sentences, 'sentences'), {
        times: this.oneToken,
        total: sentences,
        severity: this.oneToken > 0.3 * sentences ? 'warning' : 'info',
      })
    this.lengths = new LengthHistogram()
    this.long = []
    this.merged = []
    this.mergedCount = 0
    this.longestMerged = 0
    this.oneToken = 0
  }

  private lookForSeveral({ tokens, at }: CheckedSentence): void {
    const ends = innerEnds(tokens)
    if (ends < 3 || tokens.length / (ends + 1) > SEVERAL) return
    this.mergedCount++
    this.longestMerged = Math.max(this.longestMerged, tokens.length)
    if (this.merged.length < 5) this.merged.push({ where: at(), length: tokens.length, ends })
  }

  /** A few are fine; many, or a giant, show that something is lost. */
  private reportMerged(sentences: number): void {
    const { merged, mergedCount } = this
    const isMany = mergedCount > 0.02 * sentences || this.longestMerged > GIANT
    for (const [i, { where, length, ends }] of merged.entries())
      this.context.log.add(
        MERGED,
        where,
        `${length.toLocaleString('en-US')} tokens with ${ends.toLocaleString('en-US')} ends of sentences inside`,
        {
          severity: isMany ? 'warning' : 'info',
          times: i === 0 ? mergedCount - merged.length + 1 : 1,
          ...(i === 0 && { total: sentences }),
        },
      )
  }
}

const END = /^(?:[.!?]|[。！？]|.*[\p{L}\d][。！？])$/u
/** A capital, or a letter of a script without case. */
const BEGINNING = /^[\p{Lu}\p{Lt}\p{Lo}"“«„¿¡(]/u

/** How many tokens end a sentence before the last one. */
function innerEnds(tokens: readonly string[]): number {
  let ends = 0
  for (let i = 0; i + 1 < tokens.length; i++) if (END.test(tokens[i]) && BEGINNING.test(tokens[i + 1])) ends++
  return ends
}
