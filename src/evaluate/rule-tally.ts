import { type CountedPrf, ratio, toCountedPrf } from './prf.js'

/** Something that a rule found, or that is gold: half-open, in any unit. */
interface TypedRange {
  readonly start: number
  readonly end: number
  readonly type: string
}

/** A range that a rule found. */
export interface RuleFind extends TypedRange {
  /** The rule's number. */
  readonly rule: number
  /** Its text, and where it stands. */
  readonly text: string
  readonly place: string
}

export interface TalliedSentence {
  readonly gold: readonly (TypedRange & { readonly text: string; readonly place: string })[]
  /** What was found, without overlaps. */
  readonly chosen: readonly RuleFind[]
  /** What other finds were preferred to. */
  readonly beaten: readonly { readonly range: RuleFind; readonly by: RuleFind }[]
}

export interface RuleExample {
  readonly text: string
  readonly place: string
}

/** How often a rule kept another from finding something, or was kept from it. */
export interface Shadow {
  readonly rule: string
  readonly count: number
}

/** What a rule found in a labeled corpus. */
export interface RuleCounts {
  readonly rule: string
  readonly types: readonly string[]
  /** Ranges that passed the rule's own tests. */
  readonly found: number
  /** Those of them that no other find was preferred to. */
  readonly kept: number
  /** Those of them that are gold, bounds and type. */
  readonly correct: number
  /** Those of them that are gold, with another type. */
  readonly otherType: number
  /** Those of them that overlap gold without being it. */
  readonly otherBounds: number
  /** `correct` of `kept`. */
  readonly precision: number | null
  /** `correct` of the gold entities of its types. */
  readonly recall: number | null
  readonly shadowedBy: readonly Shadow[]
  readonly shadows: readonly Shadow[]
  readonly examples: { readonly correct: readonly RuleExample[]; readonly wrong: readonly RuleExample[] }
}

export interface RuleTallyResult {
  readonly rules: readonly RuleCounts[]
  readonly types: Readonly<Record<string, CountedPrf>>
  /** By type, the gold texts that no rule found, the most frequent ones first. */
  readonly missed: Readonly<
    Record<string, readonly { readonly text: string; readonly count: number; readonly place: string }[]>
  >
}

interface Counts {
  found: number
  kept: number
  correct: number
  otherType: number
  otherBounds: number
  readonly shadowedBy: Map<number, number>
  readonly shadows: Map<number, number>
  readonly right: Map<string, RuleExample>
  readonly wrong: Map<string, RuleExample>
}

/** The type of finds that say that there is nothing. */
const NOTHING = 'O'
const SEPARATOR = '\u0000'

/** Counts what rules find in labeled sentences, and how much of it is right. */
export class RuleTally {
  private readonly counts: readonly Counts[]
  private readonly types = new Map<string, { gold: number; predicted: number; correct: number }>()
  private readonly missed = new Map<string, Map<string, { count: number; place: string }>>()

  /** @param rules by number @param examples how many of each sort are kept */
  constructor(
    private readonly rules: readonly { readonly name: string; readonly types: readonly string[] }[],
    private readonly examples: number,
  ) {
    this.counts = rules.map(() => ({
      ...{ found: 0, kept: 0, correct: 0, otherType: 0, otherBounds: 0 },
      ...{ shadowedBy: new Map(), shadows: new Map(), right: new Map(), wrong: new Map() },
    }))
    for (const { types } of rules) for (const type of types) this.type(type)
  }

  add({ gold, chosen, beaten }: TalliedSentence): void {
    const byRange = new Map(gold.map(own => [`${own.start} ${own.end}`, own.type]))
    const found = new Set<string>()
    for (const { type } of gold) this.type(type).gold++
    for (const find of chosen) {
      const counts = this.counts[find.rule]
      counts.found++
      counts.kept++
      if (find.type === NOTHING) continue
      found.add(keyOf(find))
      const type = byRange.get(`${find.start} ${find.end}`)
      this.type(find.type).predicted++
      if (type === find.type) {
        counts.correct++
        this.type(type).correct++
      } else if (type !== undefined) counts.otherType++
      else if (gold.some(own => own.start < find.end && find.start < own.end)) counts.otherBounds++
      const examples = type === find.type ? counts.right : counts.wrong
      if (examples.size < this.examples && !examples.has(find.text))
        examples.set(find.text, { text: find.text, place: find.place })
    }
    for (const { range, by } of beaten) {
      this.counts[range.rule].found++
      if (range.rule === by.rule) continue
      increase(this.counts[range.rule].shadowedBy, by.rule)
      increase(this.counts[by.rule].shadows, range.rule)
    }
    for (const own of gold) if (!found.has(keyOf(own))) this.miss(own)
  }

  result(): RuleTallyResult {
    const shadow = (counts: ReadonlyMap<number, number>): Shadow[] =>
      [...counts]
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .map(([rule, count]) => ({ rule: this.rules[rule].name, count }))
    return {
      rules: this.rules.map(({ name, types }, i): RuleCounts => {
        const { found, kept, correct, otherType, otherBounds, shadowedBy, shadows, right, wrong } =
          this.counts[i]
        const gold = types.reduce((sum, type) => sum + this.type(type).gold, 0)
        return {
          ...{ rule: name, types, found, kept, correct, otherType, otherBounds },
          precision: types.length === 0 ? null : ratio(correct, kept),
          recall: types.length === 0 ? null : ratio(correct, gold),
          ...{ shadowedBy: shadow(shadowedBy), shadows: shadow(shadows) },
          examples: { correct: [...right.values()], wrong: [...wrong.values()] },
        }
      }),
      types: Object.fromEntries(
        [...this.types]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([type, { correct, predicted, gold }]) => [type, toCountedPrf(correct, predicted, gold)]),
      ),
      missed: Object.fromEntries(
        [...this.missed].map(([type, texts]) => [
          type,
          [...texts]
            .sort(([, a], [, b]) => b.count - a.count)
            .slice(0, this.examples)
            .map(([text, own]) => ({ text, ...own })),
        ]),
      ),
    }
  }

  private type(type: string) {
    let counts = this.types.get(type)
    if (!counts) this.types.set(type, (counts = { gold: 0, predicted: 0, correct: 0 }))
    return counts
  }

  private miss({ type, text, place }: TalliedSentence['gold'][number]): void {
    let texts = this.missed.get(type)
    if (!texts) this.missed.set(type, (texts = new Map()))
    const known = texts.get(text)
    if (known) known.count++
    else texts.set(text, { count: 1, place })
  }
}

function keyOf({ start, end, type }: TypedRange): string {
  return [start, end, type].join(SEPARATOR)
}

function increase(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
