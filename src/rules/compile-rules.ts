import { InputError } from '../base/errors.js'
import { nearest } from '../base/nearest.js'
import { nameForms } from '../encode/gazetteer.js'
import { NameAutomaton } from '../encode/name-automaton.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { Path, PlaceOf } from './file/check-rules.js'
import { countsOf, type ParsedRules } from './file/check-rules.js'
import type { RuleSpec, TokenSpec, TokenTestsSpec } from './file/rules-schema.js'
import type { Finder } from './finder.js'
import { LinearPattern } from './pattern/linear-pattern.js'
import { type PatternItem, TokenPattern } from './tokens/token-pattern.js'
import { type TokenTest, TokenTests } from './tokens/token-tests.js'

/** Finders and checks that a rules file may name. */
export interface KnownParts {
  /** Those that the rules name, by `finderKey`. */
  readonly finders: ReadonlyMap<string, Finder>
  /** All that there are. */
  readonly finderNames: readonly string[]
  readonly checks: ReadonlyMap<string, (text: string) => boolean>
}

/** Words that raise or lower the score of what is near them. */
export interface Context {
  readonly words: ReadonlySet<string>
  readonly within: number
  readonly add: number
}

/** What a rule asks of what it finds, besides finding it. */
export interface CompiledRule {
  readonly name: string
  /** Absent for a finder's own types. */
  readonly type?: string
  readonly score: number
  readonly minScore: number
  readonly priority: number
  readonly check?: (text: string) => boolean
  /** Texts that are not found, folded if `ignoreCase`. */
  readonly except?: { readonly texts: ReadonlySet<string>; readonly longest: number }
  readonly ignoreCase: boolean
  /** What it looks for, of a rule of names. */
  readonly names?: readonly string[]
  readonly contexts: readonly Context[]
  /** What must be before, to be matched backwards. */
  readonly before?: TokenPattern
  readonly after?: TokenPattern
  readonly pattern?: LinearPattern
  readonly tokens?: TokenPattern
  readonly finder?: Finder
}

export interface CompiledRules {
  readonly rules: readonly CompiledRule[]
  readonly tests: TokenTests
  /** Names as they are, and in lower case; their values are numbers of rules. */
  readonly names?: NameAutomaton
  readonly foldedNames?: NameAutomaton
}

/** What a finder is known by. */
export function finderKey(use: string, country: string | undefined): string {
  return country === undefined ? use : `${use} ${country}`
}

/** Tokens that a context reaches to on each side. */
const WITHIN = 5
/** Names of all rules. */
const MOST_NAMES = 1_000_000
/** Tokens of a name: each takes time wherever the name begins. */
const MOST_NAME_TOKENS = 100
/** States of all patterns: each takes time at every token or character. */
const MOST_STATES = 100_000

/**
 * Makes rules ready for use. The names of files have been put into `names`.
 * @throws InputError `rules/pattern` for a pattern, `rules/name` for a finder or check that is not known, `rules/size`
 */
export function compileRules(
  { spec, placeOf }: ParsedRules,
  parts: KnownParts,
  tokenizer: Pick<Tokenizer, 'tokenize'>,
): CompiledRules {
  const compiler = new Compiler(placeOf, parts, tokenizer)
  const rules = spec.rules.map((rule, i) => compiler.rule(rule, i))
  return { rules, ...compiler.shared() }
}

class Compiler {
  private readonly tests = new TokenTests()
  private readonly names = new Map<boolean, NameAutomaton>()
  private readonly seen = new Map<string, number>()
  private nameCount = 0
  private states = 0

  constructor(
    private readonly placeOf: PlaceOf,
    private readonly parts: KnownParts,
    private readonly tokenizer: Pick<Tokenizer, 'tokenize'>,
  ) {}

  shared(): Omit<CompiledRules, 'rules'> {
    for (const automaton of this.names.values()) automaton.link()
    return { tests: this.tests, names: this.names.get(false), foldedNames: this.names.get(true) }
  }

  rule(rule: RuleSpec, index: number): CompiledRule {
    const path: Path = ['rules', index]
    const { type, score = 1, minScore = 0, priority = 0, ignoreCase = false, names, regex, use } = rule
    if (names) this.addNames(names, ignoreCase, index)
    const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
    return {
      name: this.nameOf(rule),
      ...(type !== undefined && { type }),
      ...{ score, minScore, priority, ignoreCase, ...(names && { names }) },
      ...(rule.validate !== undefined && {
        check: this.check(rule.validate, [...path, 'validate']),
      }),
      ...(rule.except && {
        except: {
          texts: new Set(rule.except.map(fold)),
          longest: rule.except.reduce((most, { length }) => Math.max(most, length), 0),
        },
      }),
      contexts: (rule.context ?? []).map(({ words, within = WITHIN, add }) => {
        return { words: new Set(words.map(word => word.toLowerCase())), within, add }
      }),
      ...(rule.before && { before: this.tokenPattern(rule.before, [...path, 'before']).reversed() }),
      ...(rule.after && { after: this.tokenPattern(rule.after, [...path, 'after']) }),
      ...(regex !== undefined && { pattern: this.pattern(regex, ignoreCase, [...path, 'regex']) }),
      ...(rule.tokens && { tokens: this.tokenPattern(rule.tokens, [...path, 'tokens']) }),
      ...(use !== undefined && { finder: this.finder(use, rule.country, [...path, 'use']) }),
    }
  }

  /** The rule's own name, or its type, with a number from the second of that type on. */
  private nameOf({ name, type, use }: RuleSpec): string {
    const own = name ?? use ?? type ?? ''
    const count = (this.seen.get(own) ?? 0) + 1
    this.seen.set(own, count)
    return count === 1 ? own : `${own} ${count}`
  }

  private addNames(names: readonly string[], ignoreCase: boolean, index: number): void {
    this.nameCount += names.length
    const refuse = (expected: string, got: string) =>
      new InputError('rules/size', { where: this.placeOf(['rules', index]), expected, got })
    if (this.nameCount > MOST_NAMES) throw refuse(`at most ${MOST_NAMES} names in all rules`, 'more')
    let automaton = this.names.get(ignoreCase)
    if (!automaton) this.names.set(ignoreCase, (automaton = new NameAutomaton()))
    for (const name of names)
      for (const form of nameForms(name, ignoreCase, this.tokenizer)) {
        if (form.length > MOST_NAME_TOKENS)
          throw refuse(`names of at most ${MOST_NAME_TOKENS} tokens`, `one of ${form.length}`)
        automaton.add(form, index)
      }
  }

  private tokenPattern(specs: readonly TokenSpec[], path: Path): TokenPattern {
    const pattern = new TokenPattern(
      specs.map((spec, i): PatternItem => {
        const [least, most] = countsOf(spec.repeat)
        const tests = this.testsOf(spec, [...path, i])
        const not = spec.not ? this.testsOf(spec.not, [...path, i, 'not']) : []
        return { tests, not, least, most }
      }),
    )
    this.count(pattern.size, path)
    return pattern
  }

  private testsOf(spec: TokenTestsSpec, path: Path): number[] {
    const listed = (values: string | readonly string[]) =>
      typeof values === 'string' ? [values] : [...values]
    const add = (test: Exclude<TokenTest, { kind: 'regex' }>) => this.tests.add(test, JSON.stringify(test))
    const numbers: number[] = []
    const { text, lower, shape, regex, column } = spec
    if (text !== undefined) numbers.push(add({ kind: 'text', values: listed(text) }))
    if (lower !== undefined) numbers.push(add({ kind: 'lower', values: listed(lower) }))
    if (shape !== undefined) numbers.push(add({ kind: 'shape', values: listed(shape) }))
    for (const [name, values] of Object.entries(column ?? {}))
      numbers.push(add({ kind: 'column', column: name, values: listed(values) }))
    if (regex !== undefined) {
      const pattern = this.pattern(regex, false, [...path, 'regex'])
      numbers.push(this.tests.add({ kind: 'regex', pattern }, JSON.stringify({ regex })))
    }
    return numbers
  }

  private pattern(source: string, ignoreCase: boolean, path: Path): LinearPattern {
    const pattern = new LinearPattern({ source, ignoreCase, where: this.placeOf(path) })
    this.count(pattern.size, path)
    return pattern
  }

  private count(states: number, path: Path): void {
    this.states += states
    if (this.states > MOST_STATES)
      throw new InputError('rules/size', {
        where: this.placeOf(path),
        expected: `at most ${MOST_STATES} tokens and characters in all patterns, with repetitions written out`,
        got: 'more',
      })
  }

  private finder(use: string, country: string | undefined, path: Path): Finder {
    const { finders, finderNames } = this.parts
    return finders.get(finderKey(use, country)) ?? this.unknown(use, finderNames, path)
  }

  private check(name: string, path: Path): (text: string) => boolean {
    const { checks } = this.parts
    return checks.get(name) ?? this.unknown(name, [...checks.keys()], path)
  }

  private unknown(name: string, known: readonly string[], path: Path): never {
    const close = nearest(name, known)
    throw new InputError('rules/name', {
      where: this.placeOf(path),
      expected: `one of ${known.join(', ')}`,
      got: JSON.stringify(name.slice(0, 60)),
      ...(close !== undefined && { remedy: `did you mean ${close}?` }),
    })
  }
}
