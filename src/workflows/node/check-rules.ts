import { cutSentences } from '../../corpus/cut-sentences.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { lineOf, type Sentence } from '../../corpus/sentence.js'
import { textEntities, textOf } from '../../corpus/sentence-text.js'
import { type RuleFind, RuleTally, type RuleTallyResult } from '../../evaluate/rule-tally.js'
import { loadRules } from '../../recognize/node/load-tagger.js'
import { textTokens } from '../../recognize/rules-recognizer.js'
import { NOTHING, type RuleRange } from '../../rules/rule-set.js'
import type { TextTokens } from '../../rules/text-tokens.js'
import { typeNotes } from '../type-notes.js'
import { loadLabeled } from './labeled-corpus.js'

/** What the rules of a file find in a labeled corpus. */
export interface RulesCheck extends RuleTallyResult {
  readonly sentences: number
  /** By rule with names: how many of them are in the corpus, and some that are not. */
  readonly names: Readonly<
    Record<string, { readonly all: number; readonly found: number; readonly absent: readonly string[] }>
  >
}

/**
 * Says of each rule what it finds in a labeled corpus: how much of it is right, what other rules are preferred to it, and what
 * none finds.
 *
 * @throws InputError as `loadRules`; CorpusError as the readers, and for a corpus without labels
 */
export async function checkRules(
  file: string,
  corpus: string,
  options: { readonly reading: ReadOptions; readonly examples: number },
): Promise<RulesCheck> {
  const { reading, examples } = options
  await using recognizer = await loadRules(file)
  const { rules, columns } = recognizer.rules
  const { sentences } = await loadLabeled(corpus, { ...reading, columns: columns.length > 0 })
  const own = rules.map(({ name, type, finder }) => ({
    name,
    types: (type === undefined ? (finder?.types ?? []) : [type]).filter(each => each !== NOTHING),
  }))
  const tally = new RuleTally(own, examples)
  const texts = rules.map(({ names }) => (names ? new Set<string>() : undefined))
  const { parts } = cutSentences(sentences)
  for (const part of parts) {
    const text = textTokens({ ...part, ...textOf(part) }, columns)
    const placeOf = (token: number) => `${corpus}:${lineOf(part, token)}`
    const { chosen, beaten } = recognizer.rules.choose(text)
    const find = (range: RuleRange): RuleFind => {
      texts[range.order]?.add(keyOf(text.text.slice(range.start, range.end), rules[range.order].ignoreCase))
      return {
        ...boundsOf(range, part, text),
        type: range.type,
        rule: range.order,
        place: placeOf(range.first),
      }
    }
    tally.add({
      gold: textEntities(part, textOf(part)).map(({ start, end, type }) => {
        const place = placeOf(text.tokensIn({ start, end })?.[0] ?? 0)
        return { start, end, type, text: text.text.slice(start, end), place }
      }),
      chosen: chosen.map(find),
      beaten: beaten.map(({ range, by }) => ({ range: find(range), by: find(by) })),
    })
  }
  const result = tally.result()
  for (const note of typeNotes(corpus, result.types, new Set(recognizer.info.types))) reading.onNote?.(note)
  return { sentences: parts.length, ...result, names: namesOf(rules, texts, examples) }
}

/** A sentence's tags say nothing of parts of tokens: there, what is found counts for its tokens. */
function boundsOf(
  { start, end, first, last }: RuleRange,
  { entities }: Sentence,
  { text, tokens }: TextTokens,
) {
  const bounds =
    entities === undefined ? { start: tokens[first].start, end: tokens[last - 1].end } : { start, end }
  return { ...bounds, text: text.slice(bounds.start, bounds.end) }
}

function namesOf(
  rules: readonly {
    readonly name: string
    readonly names?: readonly string[]
    readonly ignoreCase: boolean
  }[],
  texts: readonly (ReadonlySet<string> | undefined)[],
  examples: number,
): RulesCheck['names'] {
  return Object.fromEntries(
    rules.flatMap(({ name, names, ignoreCase }, i) => {
      if (!names) return []
      const absent = names.filter(each => !texts[i]?.has(keyOf(each, ignoreCase)))
      return [
        [name, { all: names.length, found: names.length - absent.length, absent: absent.slice(0, examples) }],
      ]
    }),
  )
}

/** A name as it is compared: the spaces of a text that was put together are a guess. */
function keyOf(text: string, ignoreCase: boolean): string {
  const key = text.replace(/\s+/g, '')
  return ignoreCase ? key.toLowerCase() : key
}
