/** What a message about bad input is made of. It names options, settings and commands by identity: only an edge spells them. */

/** An option of a function or verb, by its name in the API: `tagColumn`. */
export interface OptionRef {
  readonly option: string
  readonly value?: string
}

/** A setting of the configuration, by its dotted path: `training.epochs`. */
export interface SettingRef {
  readonly setting: string
  readonly value?: string
}

/** A verb of the command line with its operands: `corpus check`, `['train.conll']`. */
export interface VerbRef {
  readonly verb: string
  readonly operands?: readonly string[]
  readonly options?: readonly OptionRef[]
}

export type Reference = OptionRef | SettingRef | VerbRef

/** Prose with references in it. Make one with the `say` tag. */
export type Message = string | readonly (string | Reference)[]

/** Where a fault is: a file and perhaps a line of it, an option, a setting, or a name for anything else. */
export type Place = string | FilePlace | Reference

export interface FilePlace {
  readonly file: string
  /** From 1. */
  readonly line?: number
  /** What in that line or file: a setting's dotted path, a field of a record. */
  readonly field?: string
}

/** One thing that is wrong with what the user gave. */
export interface Fault {
  /** Which kind of fault this is, where one error can hold several kinds: `bad-tag`. Stable. */
  readonly code?: string
  readonly where: Place
  readonly expected: Message
  readonly got: Message
  /** What the user can do about it: an imperative. */
  readonly remedy?: Message
}

/** Something the user should know that is not an error: what was guessed, left out or has no effect. */
export interface Note {
  /** Which kind of note this is: `encoding-guessed`. Stable. */
  readonly code: string
  readonly where: Place
  readonly message: Message
}

/** How an edge spells a reference. */
export type Spelling = (reference: Reference) => string

export const option = (name: string, value?: string): OptionRef => ({
  option: name,
  ...(value !== undefined && { value }),
})
export const setting = (path: string, value?: string): SettingRef => ({
  setting: path,
  ...(value !== undefined && { value }),
})
export const verb = (
  name: string,
  operands?: readonly string[],
  options?: readonly OptionRef[],
): VerbRef => ({
  verb: name,
  ...(operands && { operands }),
  ...(options && { options }),
})

/**
 * A message with references in it.
 * @example
 * say`fix the tag, or choose another column with ${option('tagColumn')}`
 */
export function say(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Reference | Message)[]
): Message {
  const parts: (string | Reference)[] = []
  strings.forEach((text, i) => {
    if (text !== '') parts.push(text)
    if (i >= values.length) return
    const value = values[i]
    if (Array.isArray(value)) parts.push(...(value as readonly (string | Reference)[]))
    else parts.push(typeof value === 'number' ? String(value) : (value as string | Reference))
  })
  return parts.every(part => typeof part === 'string') ? parts.join('') : parts
}

/** References as they are called in the API: `tagColumn`, `training.epochs`, `nerite corpus check`. */
const apiSpelling: Spelling = reference => {
  if ('verb' in reference) {
    const options = (reference.options ?? []).map(apiSpelling).join(', ')
    const command = ['nerite', reference.verb, ...(reference.operands ?? [])].join(' ')
    return options === '' ? command : `${command} with ${options}`
  }
  const name = 'option' in reference ? reference.option : reference.setting
  return reference.value === undefined ? name : `${name}: ${reference.value}`
}

export function formatMessage(message: Message, spell: Spelling = apiSpelling): string {
  return typeof message === 'string'
    ? message
    : message.map(part => (typeof part === 'string' ? part : spell(part))).join('')
}

/** `train.conll:12`, `nerite.config.json:3: training.epochs`, or the option as it is spelled. */
export function formatPlace(place: Place, spell: Spelling = apiSpelling): string {
  if (typeof place === 'string') return place
  if (!('file' in place)) return spell(place)
  const file = place.line === undefined ? place.file : `${place.file}:${place.line}`
  return place.field === undefined ? file : `${file}: ${place.field}`
}

/** One line: `where: message`. */
export function formatNote({ where, message }: Omit<Note, 'code'>, spell: Spelling = apiSpelling): string {
  return `${formatPlace(where, spell)}: ${formatMessage(message, spell)}`
}

/**
 * A fault with its references replaced, for a caller that knows an option by another identity: what is an option of a
 * reader is a setting of a training run.
 */
export function mapReferences(fault: Fault, map: (reference: Reference) => Reference): Fault {
  const { where, expected, got, remedy } = fault
  return {
    ...fault,
    where: typeof where === 'string' || 'file' in where ? where : map(where),
    expected: mapMessage(expected, map),
    got: mapMessage(got, map),
    ...(remedy !== undefined && { remedy: mapMessage(remedy, map) }),
  }
}

/** A message with its references replaced. */
export function mapMessage(message: Message, map: (reference: Reference) => Reference): Message {
  return typeof message === 'string'
    ? message
    : message.map(part => (typeof part === 'string' ? part : map(part)))
}

/** `expected X, got Y; remedy`, without the place. */
export function faultMessage({ expected, got, remedy }: Omit<Fault, 'where'>): Message {
  const found = say`expected ${expected}, got ${got}`
  return remedy === undefined ? found : say`${found}; ${remedy}`
}

/** One line: `where: expected X, got Y; remedy`. */
export function formatFault(fault: Fault, spell: Spelling = apiSpelling): string {
  return formatNote({ where: fault.where, message: faultMessage(fault) }, spell)
}
