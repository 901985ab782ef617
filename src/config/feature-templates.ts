/**
 * The notation of feature templates. A template is one value or several joined by ` & `; each is `NAME`, `NAME:ARGUMENT`,
 * and may be followed by where it looks: `@-1` is the token before, `@1..4` any of the next four (which of them does not
 * matter). Examples: `lower@-1`, `suffix:1-6`, `shape@-1 & shape`, `column:pos`.
 *
 * A template that begins with `step & ` is about the step from the tag before: its features have weights for pairs of tags.
 */

/** Where a part looks, relative to the token: one place, or every place of a range as one. */
export interface TemplatePart {
  readonly value: ValueName
  /** Lengths of affixes and n-grams. */
  readonly lengths?: readonly [least: number, most: number]
  /** Of a column, a gazetteer or a list of word classes. */
  readonly name?: string
  readonly from: number
  readonly to: number
}

export interface Template {
  readonly text: string
  readonly parts: readonly TemplatePart[]
  /** Whether its features count for the step into the token, with a weight for each pair of tags. */
  readonly isStep: boolean
}

/** What may stand behind a value's colon. */
const ARGUMENTS = {
  bias: 'none',
  edge: 'none',
  word: 'none',
  lower: 'none',
  shape: 'none',
  upper: 'none',
  title: 'none',
  digit: 'none',
  prefix: 'lengths',
  suffix: 'lengths',
  ngram: 'lengths',
  column: 'name',
  gazetteer: 'name',
  class: 'class',
} as const

export type ValueName = keyof typeof ARGUMENTS

const MOST_OFFSET = 16
const MOST_LENGTH = 32
const MOST_PARTS = 8
const STEP = 'step & '
const OFFSET = /@(-?\d{1,3})(?:\.\.(-?\d{1,3}))?$/

/** What is wrong with a template's text: what was expected instead. */
export function templateFault(text: string): string | undefined {
  const parsed = readParts(text)
  return typeof parsed === 'string' ? parsed : undefined
}

/** @throws RangeError for a text that `templateFault` refuses */
export function parseTemplate(text: string): Template {
  const parsed = readParts(text)
  if (typeof parsed === 'string') throw new RangeError(`${text}: ${parsed}`)
  return { text, parts: parsed, isStep: text.startsWith(STEP) }
}

function readParts(text: string): readonly TemplatePart[] | string {
  const parts: TemplatePart[] = []
  if (text === 'step') return 'step & VALUE: steps themselves have weights already'
  for (const own of text.slice(text.startsWith(STEP) ? STEP.length : 0).split(' & ')) {
    if (own === 'step') return `step once, and first: ${STEP}VALUE`
    const part = parsePart(own)
    if (typeof part === 'string') return part
    parts.push(part)
  }
  return parts.length > MOST_PARTS ? `at most ${MOST_PARTS} values joined by " & "` : parts
}

function parsePart(text: string): TemplatePart | string {
  const [where, first, last = first] = OFFSET.exec(text) ?? ['', '0']
  const [, value, argument] = /^([^:]*)(?::(.*))?$/s.exec(text.slice(0, text.length - where.length)) ?? []
  if (!isValueName(value)) return `a template of ${Object.keys(ARGUMENTS).join(', ')}, or ${STEP}one of them`
  const [from, to] = [Number(first), Number(last)]
  if (from > to || from < -MOST_OFFSET || to > MOST_OFFSET)
    return `a place between @-${MOST_OFFSET} and @${MOST_OFFSET}, such as @-1 or @1..4`
  const kind = ARGUMENTS[value]
  if (kind === 'none') return argument === undefined ? { value, from, to } : `no argument behind ${value}`
  if (kind === 'class') return classPart(argument ?? '', { value, from, to })
  if (kind === 'name') return argument ? { value, name: argument, from, to } : `${value}:NAME`
  const [, least, most = least] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(argument ?? '') ?? []
  const lengths = [Number(least), Number(most)] as const
  if (!(lengths[0] >= 1 && lengths[0] <= lengths[1] && lengths[1] <= MOST_LENGTH))
    return `lengths from 1 to ${MOST_LENGTH}, such as ${value}:3 or ${value}:1-6`
  return { value, lengths, from, to }
}

/** `NAME`, or `NAME:LENGTH` for the beginning of a class's path. */
function classPart(
  argument: string,
  part: Pick<TemplatePart, 'value' | 'from' | 'to'>,
): TemplatePart | string {
  const [, name, length] = /^([^:]+)(?::(\d{1,3}))?$/.exec(argument) ?? []
  if (name === undefined || length === '0')
    return 'class:NAME, or class:NAME:LENGTH for the beginning of a path'
  return {
    ...part,
    name,
    ...(length !== undefined && { lengths: [Number(length), Number(length)] as const }),
  }
}

function isValueName(name: string | undefined): name is ValueName {
  return name !== undefined && Object.hasOwn(ARGUMENTS, name)
}
