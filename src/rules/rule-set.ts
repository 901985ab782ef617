import type { NameAutomaton } from '../encode/name-automaton.js'
import type { TextRange } from '../text/token.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { type Choice, chooseRanges, type RankedRange } from './choose-ranges.js'
import {
  type CompiledRule,
  type CompiledRules,
  type Context,
  compileRules,
  type KnownParts,
} from './compile-rules.js'
import type { ParsedRules } from './file/check-rules.js'
import type { ConflictPolicy } from './file/rules-schema.js'
import { Characters } from './pattern/characters.js'
import type { TextTokens } from './text-tokens.js'
import { reversedResults, type TokenPattern } from './tokens/token-pattern.js'
import type { TestResults } from './tokens/token-tests.js'

/** What a rule found. `order` is the rule's number. */
export interface RuleRange extends RankedRange {
  readonly type: string
  /** The tokens that it touches, among all of the text: half-open. */
  readonly first: number
  readonly last: number
}

/** The type of rules that say where there is nothing. */
export const NOTHING = 'O'

/** Compiled rules, which find ranges in tokenized text in time linear in the text. */
export class RuleSet {
  /** The types that the rules find. */
  readonly types: readonly string[]
  private readonly compiled: CompiledRules
  private readonly policy: ConflictPolicy

  /** @throws InputError as `compileRules` */
  constructor(parsed: ParsedRules, parts: KnownParts, tokenizer: Pick<Tokenizer, 'tokenize'>) {
    this.compiled = compileRules(parsed, parts, tokenizer)
    this.policy = parsed.spec.conflicts
    const types = this.rules.flatMap(({ type, finder }) =>
      type === undefined ? (finder?.types ?? []) : [type],
    )
    this.types = [...new Set(types)].filter(type => type !== NOTHING)
  }

  get rules(): readonly CompiledRule[] {
    return this.compiled.rules
  }

  /** The columns that the rules look at. */
  get columns(): readonly string[] {
    return this.compiled.tests.columns
  }

  /** What the rules find in a text, without overlaps. */
  find(text: TextTokens): readonly RuleRange[] {
    return this.choose(text).chosen.filter(({ type }) => type !== NOTHING)
  }

  /** What the rules find in a text, with those ranges that others are preferred to. */
  choose(text: TextTokens): Choice<RuleRange> {
    return chooseRanges(new Search(text, this.compiled).all(), this.policy)
  }
}

/** One search of a text by all rules. */
class Search {
  private readonly found: RuleRange[] = []
  /** By context: how many of its words are before each token. */
  private readonly counts = new Map<Context, Int32Array>()
  private readonly lower: readonly string[]

  constructor(
    private readonly text: TextTokens,
    private readonly compiled: CompiledRules,
  ) {
    const { rules, foldedNames } = compiled
    const needsLower = foldedNames !== undefined || rules.some(({ contexts }) => contexts.length > 0)
    this.lower = needsLower ? text.tokens.map(token => token.text.toLowerCase()) : []
  }

  all(): readonly RuleRange[] {
    const { rules } = this.compiled
    const { text, sentences } = this.text
    const needsTests = rules.some(({ tokens, before, after }) => tokens ?? before ?? after)
    const edges = sentences.map((_, i) => (needsTests ? this.sentenceEdges(i) : undefined))
    this.findNames(edges)
    edges.forEach((own, i) => {
      if (own) this.findTokens(own, i)
    })
    let characters: Characters | undefined
    rules.forEach(({ pattern, finder }, rule) => {
      if (pattern) {
        characters ??= new Characters(text)
        for (const range of pattern.findAll(characters)) this.addRange(rule, range, edges)
      }
      if (finder) for (const range of finder.find(text)) this.addRange(rule, range, edges)
    })
    return this.found
  }

  private findNames(edges: readonly (SentenceEdges | undefined)[]): void {
    const { names, foldedNames } = this.compiled
    const { sentences, firsts, tokens } = this.text
    sentences.forEach((_, i) => {
      const [from, to] = [firsts[i], firsts[i + 1]]
      if (names)
        this.findNamesIn(
          names,
          tokens.slice(from, to).map(token => token.text),
          from,
          edges[i],
        )
      if (foldedNames) this.findNamesIn(foldedNames, this.lower.slice(from, to), from, edges[i])
    })
  }

  /** Of each rule, the longest name that begins at a token. */
  private findNamesIn(
    names: NameAutomaton,
    tokens: readonly string[],
    from: number,
    edges: SentenceEdges | undefined,
  ): void {
    const taken = new Map<number, number>()
    names.forEach(tokens, (start, length, rule) => {
      if (taken.get(rule) === start || !this.fits(rule, edges, start, start + length)) return
      if (this.add(rule, from + start, from + start + length)) taken.set(rule, start)
    })
  }

  private findTokens(edges: SentenceEdges, sentence: number): void {
    const from = this.text.firsts[sentence]
    this.compiled.rules.forEach(({ tokens, before, after }, rule) => {
      if (!tokens) return
      const ends = tokens.longestEnds(edges.results, after && edges.after(after))
      if (!ends) return
      const mayStart = before && edges.before(before)
      ends.forEach((end, start) => {
        if (end > start && mayStart?.[start] !== 0) this.add(rule, from + start, from + end)
      })
    })
  }

  private sentenceEdges(sentence: number): SentenceEdges {
    const { tokens, columns } = this.text.sentences[sentence]
    const texts = tokens.map(token => token.text)
    return new SentenceEdges(this.compiled.tests.resultsOf({ tokens: texts, columns }))
  }

  /** Whether what a rule asks of the tokens before and after holds. */
  private fits(rule: number, edges: SentenceEdges | undefined, start: number, end: number): boolean {
    const { before, after } = this.compiled.rules[rule]
    if (!edges || !(before ?? after)) return true
    return (!before || edges.before(before)[start] === 1) && (!after || edges.after(after)[end] === 1)
  }

  private addRange(
    rule: number,
    range: TextRange & { readonly type?: string; readonly score?: number },
    edges: readonly (SentenceEdges | undefined)[],
  ): void {
    const covered = this.text.tokensIn(range)
    if (!covered) return
    const [first, last] = covered
    const { before, after } = this.compiled.rules[rule]
    if (before ?? after) {
      const own = this.text.sentenceOf(first)
      const start = first - this.text.firsts[own]
      if (this.text.sentenceOf(last - 1) !== own || !this.fits(rule, edges[own], start, start + last - first))
        return
    }
    this.add(rule, first, last, range)
  }

  /** Adds what a rule found, if it passes the rule's own tests. */
  private add(
    order: number,
    first: number,
    last: number,
    given?: TextRange & { readonly type?: string; readonly score?: number },
  ): boolean {
    const rule = this.compiled.rules[order]
    const { start, end } = given ?? {
      start: this.text.tokens[first].start,
      end: this.text.tokens[last - 1].end,
    }
    if (isRefused(rule, this.text.text, start, end)) return false
    const score = this.scoreOf(rule, first, last, given?.score ?? rule.score)
    if (score < rule.minScore) return false
    const type = rule.type ?? given?.type ?? ''
    this.found.push({ start, end, type, score, priority: rule.priority, order, first, last })
    return true
  }

  private scoreOf({ contexts }: CompiledRule, first: number, last: number, own: number): number {
    if (contexts.length === 0) return own
    const from = this.text.firsts[this.text.sentenceOf(first)]
    const to = this.text.firsts[this.text.sentenceOf(last - 1) + 1]
    let score = own
    for (const context of contexts) {
      const counts = this.countsOf(context)
      const before = counts[first] - counts[Math.max(from, first - context.within)]
      const after = counts[Math.min(to, last + context.within)] - counts[last]
      if (before + after > 0) score += context.add
    }
    return Math.min(1, Math.max(0, score))
  }

  private countsOf(context: Context): Int32Array {
    let counts = this.counts.get(context)
    if (!counts) {
      counts = new Int32Array(this.lower.length + 1)
      for (let i = 0; i < this.lower.length; i++)
        counts[i + 1] = counts[i] + (context.words.has(this.lower[i]) ? 1 : 0)
      this.counts.set(context, counts)
    }
    return counts
  }
}

/** Characters that are checked: ranges may be as long as the text, and there may be one from each token. */
const MOST_CHECKED = 1000

/** Whether a rule leaves out a range that it found. */
function isRefused(rule: CompiledRule, text: string, start: number, end: number): boolean {
  const { check, except, ignoreCase } = rule
  if (check && (end - start > MOST_CHECKED || !check(text.slice(start, end)))) return true
  if (!except || end - start > except.longest) return false
  const own = text.slice(start, end)
  return except.texts.has(ignoreCase ? own.toLowerCase() : own)
}

/** Where in a sentence what patterns ask of the tokens before and after holds, found when it is asked for. */
class SentenceEdges {
  private readonly known = new Map<TokenPattern, Uint8Array>()

  constructor(readonly results: TestResults) {}

  /** By place: whether a match of a pattern begins there. */
  after(pattern: TokenPattern): Uint8Array {
    return this.places(pattern, () => startsOf(pattern, this.results))
  }

  /** By place: whether a match ends there of the pattern that `pattern` is backwards. */
  before(pattern: TokenPattern): Uint8Array {
    return this.places(pattern, () => startsOf(pattern, reversedResults(this.results)).reverse())
  }

  private places(pattern: TokenPattern, find: () => Uint8Array): Uint8Array {
    let places = this.known.get(pattern)
    if (!places) this.known.set(pattern, (places = find()))
    return places
  }
}

function startsOf(pattern: TokenPattern, results: TestResults): Uint8Array {
  const ends = pattern.longestEnds(results)
  return Uint8Array.from({ length: results.length + 1 }, (_, i) => (ends && ends[i] > i ? 1 : 0))
}
