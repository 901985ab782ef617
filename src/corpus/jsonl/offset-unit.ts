import { option, say } from '../../base/fault.js'
import { fromByteOffsets, TextError, toUtf16Offsets } from '../../text/offsets.js'
import { RowError, refuse } from '../read-context.js'
import type { ReadingUnit } from '../read-options.js'
import type { Offsets } from '../sentence.js'
import { splitsPair } from '../text-tokens.js'
import type { TextEntity, TextRecord } from './record.js'

export const UNIT_NAMES: Readonly<Record<ReadingUnit, string>> = {
  utf16: 'UTF-16 code units',
  codepoint: 'code points',
  byte: 'bytes',
}

/** Ranges in UTF-16 code units; `undefined` if one is not in the text, is empty or splits a character. */
export function inUnit(text: string, ranges: readonly Offsets[], unit: ReadingUnit): Offsets[] | undefined {
  if (ranges.some(({ start, end }) => start < 0 || start >= end)) return undefined
  try {
    const read =
      unit === 'codepoint'
        ? toUtf16Offsets(text, ranges)
        : unit === 'byte'
          ? fromByteOffsets(text, ranges)
          : ranges.map(({ start, end }) => ({ start, end }))
    const fits = read.every(
      ({ start, end }) => end <= text.length && !splitsPair(text, start) && !splitsPair(text, end),
    )
    return fits ? read : undefined
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    return undefined
  }
}

/**
 * The unit of a record's offsets. In this order: what the record or the option says, what agrees with the text of its
 * spans and tokens, the only one of UTF-16 code units and code points that fits, the one of the program that made the record.
 * @returns the unit, and whether it was found out from the record although the readings differ
 * @throws RowError if nothing decides and the readings differ (`offset-unit`), or if a span's own text is not there
 *   in any unit, or in the stated one (`span-text`)
 */
export function offsetUnit(
  { text, unit, witnesses, isPython }: TextRecord,
  entities: readonly SaidRange[],
  chosen: ReadingUnit | undefined,
): { readonly unit: ReadingUnit; readonly isFound: boolean } {
  const stated = unit ?? chosen
  const spoken = entities.filter(hasText)
  const named = entities
    .filter(({ name }) => name !== undefined)
    .map(each => ({ ...each, text: each.name ?? '' }))
  const agrees = (unit: ReadingUnit, said: readonly Said[], shown = plain) => {
    const ranges = inUnit(text, said, unit)
    return (
      ranges?.every(({ start, end }, i) => shown(text.slice(start, end)) === shown(said[i].text)) === true
    )
  }
  const readings = (units: readonly ReadingUnit[]) =>
    units.flatMap(unit => {
      const ranges = inUnit(text, entities, unit)
      return ranges ? [{ unit, ranges }] : []
    })
  const differ = (found: ReturnType<typeof readings>) =>
    found.some(({ ranges }) =>
      ranges.some(
        ({ start, end }, i) => start !== found[0].ranges[i].start || end !== found[0].ranges[i].end,
      ),
    )

  if (spoken.length > 0) {
    const units = stated === undefined ? UNITS : [stated]
    const fitting = units.filter(each => agrees(each, spoken))
    const isInside = units.some(each => inUnit(text, spoken, each) !== undefined)
    if (fitting.length === 0 && isInside)
      return refuse(
        'span-text',
        `spans that hold their own "text", in ${units.map(each => UNIT_NAMES[each]).join(' or ')}`,
        { ...spoken[0] },
        stated === undefined
          ? 'fix the offsets'
          : say`fix the offsets, or choose another unit with ${option('offsets')}`,
      )
  }
  if (stated !== undefined) return { unit: stated, isFound: false }
  const said = [spoken, named, witnesses].filter(each => each.length > 0)
  let possible = readings(UNITS)
  let isProven = false
  for (const each of said) {
    const fitting = possible.filter(({ unit }) => agrees(unit, each))
    if (fitting.length === 0) continue
    // A reading that needs no other white space is the right one.
    const exact = fitting.filter(({ unit }) => agrees(unit, each, own => own))
    possible = exact.length > 0 ? exact : fitting
    isProven = true
  }
  // Bytes are believed only if the record proves them: every other text beyond ASCII would be ambiguous.
  if (!isProven) possible = possible.filter(({ unit }) => unit !== 'byte')
  if (possible.length === 0) return { unit: 'utf16', isFound: false }
  if (!differ(possible)) {
    const [{ unit, ranges }] = possible
    // White space alone is no entity: the offsets are wrong in every unit.
    if (!isProven && !ranges.every(({ start, end }) => /\S/.test(text.slice(start, end))))
      return { unit: 'utf16', isFound: false }
    const usual = readings(['utf16', 'codepoint'])
    return { unit, isFound: unit !== 'utf16' || usual.length < 2 || differ(usual) }
  }
  if (isPython && possible.some(({ unit }) => unit === 'codepoint'))
    return { unit: 'codepoint', isFound: true }
  const shown = possible.map(({ unit, ranges }) => {
    const at = ranges.findIndex(({ start }, i) =>
      possible.some(other => other.ranges[i].start !== start || other.ranges[i].end !== ranges[i].end),
    )
    return `${JSON.stringify(text.slice(ranges[at].start, ranges[at].end))} in ${UNIT_NAMES[unit]}`
  })
  throw new RowError({
    code: 'offset-unit',
    expected: 'offsets whose unit is known, since they mean different words in different units',
    got: shown.join(', '),
    remedy: say`choose one with ${option('offsets')}: utf16 (JavaScript, Java), codepoint (Python) or byte`,
  })
}

const UNITS: readonly ReadingUnit[] = ['utf16', 'codepoint', 'byte']

/** A range of the text, and perhaps what it holds. */
type SaidRange = Omit<TextEntity, 'type'>
type Said = Offsets & { readonly text: string }

function hasText(entity: SaidRange): entity is SaidRange & Said {
  return entity.text !== undefined
}

/** White space may be missing, or written in another way: Label Studio leaves line ends out, or writes \n as two characters. */
function plain(text: string): string {
  return text.replace(/\\[nr]|\s+/g, '')
}
