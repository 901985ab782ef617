import { Decoder } from '../../decode/decoder.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { EmissionModel } from '../emission-model.js'
import type { FeatureSentence } from '../feature-model.js'
import { type CandidateRules, candidatesOf } from './candidates.js'
import { viewsOf } from './views.js'

/** What a feature of either view says; type −1 is "no type". */
export interface StoredRule {
  readonly type: number
  readonly confidence: number
}

/** What is left for each tag that no rule speaks for. */
const LEAST = 1e-4

/**
 * Decision lists over candidate names (Collins & Singer 1999): the surest rule that holds decides. Its confidence is the probability
 * of its tags at each token of the candidate; the rest goes to `O`. So tags and entities have probabilities as those of
 * other taggers.
 *
 * @example
 * new Bootstrap(lists, rules, { candidates, constrained: true }).find({ tokens: ['in', 'France'] }).spans
 */
export class Bootstrap extends EmissionModel {
  readonly columns: readonly string[] = []
  protected readonly decoder: Decoder
  private readonly candidates: CandidateRules

  constructor(
    readonly lists: TagLists,
    readonly rules: ReadonlyMap<string, StoredRule>,
    { candidates, constrained }: { readonly candidates: CandidateRules; readonly constrained: boolean },
  ) {
    super()
    this.candidates = candidates
    this.decoder = new Decoder(lists.tags, lists.scheme, { constrained })
  }

  /** Logarithms of each token's probabilities, `[tokens, tags]`. */
  protected emissions({ tokens }: FeatureSentence): Float64Array {
    const { tags, types, scheme } = this.lists
    const count = tags.length
    const rows = new Float64Array(tokens.length * count).fill(Math.log(LEAST))
    for (let t = 0; t < tokens.length; t++) rows[t * count] = Math.log(1 - LEAST * (count - 1))
    for (const candidate of candidatesOf(tokens, this.candidates)) {
      const rule = this.surest(tokens, candidate)
      if (!rule || rule.type < 0) continue
      const sure = Math.min(rule.confidence, 1 - LEAST * count)
      const { start, end } = candidate
      const span = { start: 0, end: end - start, type: types[rule.type] }
      const own = encodeSpans([span], span.end, scheme)
      for (let t = start; t < end; t++) {
        rows[t * count + tags.indexOf(own[t - start])] = Math.log(sure)
        rows[t * count] = Math.log(1 - sure - LEAST * (count - 2))
      }
    }
    return rows
  }

  private surest(
    tokens: readonly string[],
    candidate: Parameters<typeof viewsOf>[1],
  ): StoredRule | undefined {
    const { spelling, context } = viewsOf(tokens, candidate)
    let best: StoredRule | undefined
    for (const feature of [...spelling, ...context]) {
      const rule = this.rules.get(feature)
      if (rule && (!best || rule.confidence > best.confidence)) best = rule
    }
    return best
  }
}
