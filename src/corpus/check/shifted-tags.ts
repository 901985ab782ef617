import { IntList } from '../../base/int-list.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { warning } from './finding.js'
import { WordCounts } from './word-counts.js'

const SHIFTED = warning(
  'shifted-tags',
  'tags fit the words of another row better than their own: a column has probably slipped by a row',
  'look at the first of these lines, and move the column of tags up or down from there on',
)

/** Tags that stand a row too high or too low, in a whole file or in a region of it. */
export const shiftedTags: CheckKind = { finds: [SHIFTED], create: context => new ShiftedTagCheck(context) }

/** Where the word of a tag is: in the row before, in its own row, in the row after. */
const SHIFTS = [-1, 0, 1] as const
/** A file must have so many entities to be judged as a whole. */
const ENOUGH = 30
/** The words of that row must be so many different ones: what always stands beside names says much about them too. */
const DIFFERENT = 15
/** So much more must the tags say about the words of another row. */
const BETTER = 1.15
/** No more entities of one file are kept. */
const CAPACITY = 2_000_000
/** In a region, so many entities must fit another row, and so much better (log-likelihood ratio). */
const MANY = 10
const SURE = 25
/** What one entity can say at most. */
const LIMIT = 3

/** Some entities that follow one another, by their indexes. */
interface Region {
  readonly from: number
  readonly to: number
  readonly shift: -1 | 0 | 1
  readonly score: number
}

class ShiftedTagCheck implements Check {
  private all = SHIFTS.map(() => new WordCounts())
  private inside = SHIFTS.map(() => new WordCounts())
  /** For each entity: its line, its first and last word, and those before and after it (−1 at the edge of the sentence). */
  private spans = new IntList()

  constructor(private readonly context: CheckContext) {}

  add({ tags, spans, words, at }: CheckedSentence): void {
    for (let i = 0; i < tags.length; i++) {
      const isInside = tags[i] !== 'O'
      for (let k = 0; k < SHIFTS.length; k++) {
        const place = i + SHIFTS[k]
        if (place < 0 || place >= words.length) continue
        this.all[k].add(words[place])
        if (isInside) this.inside[k].add(words[place])
      }
    }
    if (this.spans.length > CAPACITY * FIELDS) return
    for (const { start, end } of spans) {
      this.spans.push(at(start).line ?? 0)
      this.spans.push(words[start])
      this.spans.push(words[end - 1])
      this.spans.push(words[start - 1] ?? -1)
      this.spans.push(words[end] ?? -1)
    }
  }

  endFile({ file, entities }: FileSummary): void {
    const information = SHIFTS.map((_, k) => this.information(k))
    const best = information.indexOf(Math.max(...information))
    const isWhole =
      entities >= ENOUGH &&
      information[best] > BETTER * information[1] &&
      this.inside[best].different >= DIFFERENT
    const whole = { from: 0, to: this.spans.length / FIELDS, shift: SHIFTS[best], score: 0 }
    for (const region of isWhole ? [whole] : this.allRegions()) this.report(file, region)
    this.all = SHIFTS.map(() => new WordCounts())
    this.inside = SHIFTS.map(() => new WordCounts())
    this.spans.clear()
  }

  /** How much a word says about whether the tag at a distance is an entity's: their mutual information, in nats. */
  private information(k: number): number {
    const all = this.all[k]
    const inside = this.inside[k]
    if (all.total === 0) return 0
    const usual = inside.total / all.total
    let conditional = 0
    for (let word = 0; word < all.limit; word++) {
      const count = all.of(word)
      // A word that occurs once would seem to say everything.
      if (count > 0)
        conditional += count * entropy(count > 1 ? (inside.of(word) + usual) / (count + 1) : usual)
    }
    return entropy(usual) - conditional / all.total
  }

  /** The regions of both shifts. A region that fits neither row well may be in both: the better one counts. */
  private allRegions(): Region[] {
    const best: Region[] = []
    const found = [...this.regions(-1), ...this.regions(1)]
    for (const region of found.sort((a, b) => b.score - a.score))
      if (best.every(({ from, to }) => region.to <= from || region.from >= to)) best.push(region)
    return best.sort((a, b) => a.from - b.from)
  }

  /** Stretches of entities that would fit better if they were moved (Kadane's maximal segments). */
  private regions(shift: -1 | 1): Region[] {
    const { spans } = this
    const found: Region[] = []
    let from = 0
    let score = 0
    let best: Region | undefined
    const close = () => {
      if (best && best.score >= SURE && best.to - best.from >= MANY) found.push(best)
      best = undefined
      score = 0
    }
    for (let i = 0; i < spans.length / FIELDS; i++) {
      if (score === 0) from = i
      score = Math.max(0, score + this.gain(i, shift))
      if (score === 0) close()
      else if (score > (best?.score ?? 0)) best = { from, to: i + 1, shift, score }
      else if (best && score < best.score - 2 * SURE) close()
    }
    close()
    return found
  }

  /** How much likelier an entity becomes by moving it a row: one word enters, another leaves. */
  private gain(span: number, shift: -1 | 1): number {
    const field = (name: number) => this.spans.at(span * FIELDS + name)
    const enters = field(shift === 1 ? 4 : 3)
    const leaves = field(shift === 1 ? 1 : 2)
    if (enters < 0) return 0
    // Without the place itself, so that a word does not speak for its own tag.
    const own = this.odds(leaves, 1, 1)
    return Math.max(-LIMIT, Math.min(LIMIT, this.odds(enters, 0, 1) - own))
  }

  private odds(word: number, inside: number, all: number): number {
    const k = 1
    const yes = this.inside[k].of(word) - inside
    const no = Math.max(0, this.all[k].of(word) - all - yes)
    return Math.log((yes + 0.5) / (no + 0.5))
  }

  private report(file: string, { from, to, shift }: Region): void {
    const line = (i: number) => this.spans.at(i * FIELDS)
    const where = shift === 1 ? 'the row after' : 'the row before'
    const text = `from here to line ${line(to - 1).toLocaleString('en-US')}, the tags of ${(to - from).toLocaleString('en-US')} entities fit ${where} better`
    this.context.log.add(SHIFTED, { file, line: line(from) }, text)
  }
}

const FIELDS = 5

function entropy(share: number): number {
  return share <= 0 || share >= 1 ? 0 : -share * Math.log(share) - (1 - share) * Math.log(1 - share)
}
