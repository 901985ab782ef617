import { Option } from 'commander'
import { type Fault, InputError } from '../base/errors.js'
import { type Message, option, type Reference, say } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import { formatCount } from '../evaluate/format-number.js'

/** An option that is wrong, or doesn't go with the others: `cli/options`. */
export function optionError(name: string, expected: Message, got: Message, remedy?: Message): InputError {
  return new InputError('cli/options', { where: option(name), expected, got, ...(remedy && { remedy }) })
}

/** Operands that a command can't work with: `cli/arguments`. */
export function argumentError(
  where: Fault['where'],
  expected: Message,
  got: Message,
  remedy?: Message,
): InputError {
  return new InputError('cli/arguments', { where, expected, got, ...(remedy && { remedy }) })
}

/** Refuses an option that only works together with another. */
export function requireBeside(name: string, value: string | undefined, needed: Message | Reference): void {
  if (value !== undefined) throw optionError(name, say`${needed} as well`, JSON.stringify(value))
}

/** An option whose text means something else: what it means, or `undefined` for a text that is not as expected. */
function parsedOption<T>(
  flags: string,
  description: string,
  { expected, parse }: { readonly expected: string; readonly parse: (text: string) => T | undefined },
): Option {
  const option = new Option(flags, description)
  return option.argParser(text => {
    const value = parse(text)
    if (value === undefined) throw optionError(option.attributeName(), expected, JSON.stringify(text))
    return value
  })
}

/** An option that takes a whole number in a range, ends included. */
export function wholeNumberOption(
  flags: string,
  description: string,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): Option {
  const range =
    to === Number.MAX_SAFE_INTEGER ? `, ${from} or more` : ` from ${formatCount(from)} to ${formatCount(to)}`
  return parsedOption(flags, description, {
    expected: `a whole number${range}`,
    parse: text =>
      /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined,
  })
}

/** An option that takes a number from 0 to 1. */
export function fractionOption(flags: string, description: string): Option {
  return parsedOption(flags, description, {
    expected: 'a number from 0 to 1',
    parse: text => (text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1 ? Number(text) : undefined),
  })
}

/** An option that takes one of a few words. */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  const option = new Option(flags, description).choices(choices)
  return option.argParser(text => {
    if (choices.includes(text)) return text
    const meant = nearest(text, choices)
    throw optionError(
      option.attributeName(),
      `one of ${choices.join(', ')}`,
      JSON.stringify(text),
      meant && `did you mean ${meant}?`,
    )
  })
}

/** `--mode` of the verbs that score a tagger. */
export function modeOption(): Option {
  return choiceOption(
    '--mode <mode>',
    'conlleval: as conlleval.pl counts, with single and last tags understood; strict: by the letter of the scheme',
    ['conlleval', 'strict'],
  ).default('conlleval')
}

/** `--map`: types that count as others. */
export function mapOption(description: string): Option {
  return pairsOption('--map <pairs>', description)
}

/** An option that takes pairs of types, and can be repeated. */
export function pairsOption(flags: string, description: string): Option {
  return new Option(
    flags,
    `${description}: PERSON=PER,GPE=LOC; TYPE=O leaves one out; can be repeated`,
  ).argParser((pairs: string, before: readonly string[] = []) => [...before, pairs])
}

/** Of built-in rules. */
export function countryOption(): Option {
  return new Option(
    '--country <code>',
    'whose phone numbers built-in rules know without a country code (default: US)',
  )
}

/** What a command gives the loader of a model where a country was named. */
export function countryOf({ country }: { readonly country?: string }): { readonly country?: string } {
  return country === undefined ? {} : { country }
}

/** `--coarse`: the model's own view with fewer types. */
export function coarseOption(description: string): Option {
  return new Option('--coarse', description).conflicts('map').default(false)
}

/** `--offsets` and similar options. */
export function offsetsOption(flag: string, description: string, more: readonly string[] = []): Option {
  return choiceOption(flag, description, ['utf16', 'codepoint', ...more])
}
