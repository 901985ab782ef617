import type { Check, CheckContext, CheckedSentence, CheckKind } from './check.js'
import { warning } from './finding.js'
import { type MentionForm, mentionForm } from './mention-form.js'

const MIXED = warning(
  'mixed-types',
  'types stand for two different things',
  'give each of them a type of its own, unless they are the same to you',
)

/** So many different mentions of a type must have the rarer of two forms. */
const ENOUGH = 12
/** And such a share of all: names have no numbers, but some times have names (`Ramadan`, `the Bronze Age`). */
const SHARES: Readonly<Record<MentionForm, number>> = { name: 0.25, 'time or number': 0.06, address: 0.06 }
/** No more different mentions of one type are looked at. */
const CAPACITY = 20_000
/** Types that stand for anything. */
const ANYTHING = /misc|other|^oth$|entity|^ent$|^ne$|event|product|work|art|law|その他/i

/** One type for two things, such as persons and dates, told by the form of its mentions. */
export const mixedTypes: CheckKind = { finds: [MIXED], create: context => new MixedTypeCheck(context) }

interface Forms {
  readonly seen: Set<string>
  /** Examples of each form; the first is where it is. */
  readonly forms: Map<
    MentionForm,
    { count: number; readonly where: ReturnType<CheckedSentence['at']>; readonly examples: string[] }
  >
}

class MixedTypeCheck implements Check {
  private readonly types = new Map<string, Forms>()

  constructor(private readonly context: CheckContext) {}

  add({ tokens, spans, at }: CheckedSentence): void {
    for (const { start, end, type } of spans) {
      let found = this.types.get(type)
      if (found === undefined) {
        found = { seen: new Set(), forms: new Map() }
        this.types.set(type, found)
      }
      if (found.seen.size >= CAPACITY || end - start > 8) continue
      const words = tokens.slice(start, end)
      const mention = words.join(' ')
      if (mention.length > 100 || found.seen.has(mention)) continue
      found.seen.add(mention)
      const form = mentionForm(words)
      if (form === undefined) continue
      const known = found.forms.get(form)
      if (known === undefined) found.forms.set(form, { count: 1, where: at(start), examples: [mention] })
      else {
        known.count++
        if (known.examples.length < 3) known.examples.push(mention)
      }
    }
  }

  end(): void {
    for (const [type, { seen, forms }] of this.types) {
      if (ANYTHING.test(type)) continue
      const common = [...forms].filter(
        ([form, { count }]) => count >= ENOUGH && count >= SHARES[form] * seen.size,
      )
      if (common.length < 2) continue
      const parts = common
        .sort((a, b) => b[1].count - a[1].count)
        .map(
          ([form, { count, examples }]) =>
            `${((100 * count) / seen.size).toFixed(0)}% ${form} (${examples.join(', ')})`,
        )
      this.context.log.addWhole(MIXED, common[1][1].where, `${type}: ${parts.join(', but ')}`)
    }
  }
}
