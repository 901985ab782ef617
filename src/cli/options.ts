import { InvalidArgumentError, Option } from 'commander'
import { type Fault, InputError } from '../base/errors.js'
import { type Message, option, type Reference, say } from '../base/fault.js'
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

/** A parser of whole numbers in a range, ends included. */
export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range =
    to === Number.MAX_SAFE_INTEGER ? `, ${from} or more` : ` from ${formatCount(from)} to ${formatCount(to)}`
  return text => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= from && value <= to) return value
    throw new InvalidArgumentError(`Expected a whole number${range}.`)
  }
}

/** A parser of numbers from 0 to 1. */
export function fraction(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number from 0 to 1.')
}

/** `--mode` of the verbs that score a tagger. */
export function modeOption(): Option {
  return new Option(
    '--mode <mode>',
    'conlleval: as conlleval.pl counts, with single and last tags understood; strict: by the letter of the scheme',
  )
    .choices(['conlleval', 'strict'])
    .default('conlleval')
}

/** `--offsets` and similar options. */
export function offsetsOption(flag: string, description: string, more: readonly string[] = []): Option {
  return new Option(flag, description).choices(['utf16', 'codepoint', ...more])
}
