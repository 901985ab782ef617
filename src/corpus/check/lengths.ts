import type { FilePlace } from '../../base/fault.js'
import { LengthHistogram } from '../stats/length-histogram.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { info, share, warning } from './finding.js'

const LONG_SENTENCES = warning(
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

/** Sentences that are much longer than the others, or have one token. */
export const lengths: CheckKind = {
  finds: [LONG_SENTENCES, ONE_TOKEN],
  create: context => new LengthCheck(context),
}

class LengthCheck implements Check {
  private lengths = new LengthHistogram()
  private long: { where: FilePlace; length: number }[] = []
  private oneToken = 0

  constructor(private readonly context: CheckContext) {}

  add({ tokens, at }: CheckedSentence): void {
    this.lengths.add(tokens.length)
    if (tokens.length === 1) this.oneToken++
    if (tokens.length > FAIR) this.long.push({ where: at(), length: tokens.length })
  }

  endFile({ file, sentences }: FileSummary): void {
    const { log } = this.context
    const typical = this.lengths.quantile(0.95)
    for (const { where, length } of this.long)
      if (length > 3 * typical) log.add(LONG_SENTENCES, where, `${length} tokens (95% have up to ${typical})`)
    if (this.oneToken > 0)
      log.add(ONE_TOKEN, { file }, share(this.oneToken, sentences, 'sentences'), {
        times: this.oneToken,
        total: sentences,
        severity: this.oneToken > 0.3 * sentences ? 'warning' : 'info',
      })
    this.lengths = new LengthHistogram()
    this.long = []
    this.oneToken = 0
  }
}
