import { plural } from '../../base/plural.js'
import { fromByteOffsets, toUtf16Offsets } from '../../text/offsets.js'
import { tokenize } from '../../text/tokenize.js'
import { orderedEntities } from '../ordered-entities.js'
import { projectEntities, taggedText } from '../project-entities.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadingUnit, ReadOptions } from '../read-options.js'
import type { Offsets, Sentence, TextSpan } from '../sentence.js'

/** A text-bound annotation: `T1<tab>PER 0 3<tab>Ada`. */
interface Annotation extends TextSpan {
  readonly id: string
  /** Its parts, of which brat makes one for each line. */
  readonly pieces: readonly Offsets[]
  /** The text that it says it covers, with spaces for line ends. */
  readonly covered: string
  readonly line: number
}

/** What is not read, by the first letter of its line. */
const OTHERS: Readonly<Record<string, string>> = {
  R: 'relation',
  '*': 'equivalence',
  E: 'event',
  A: 'attribute',
  M: 'attribute',
  N: 'normalization',
  '#': 'note',
}

/**
 * Reads a document that was annotated in brat: its text, and the lines of its `.ann` file. It is one record. Triggers of events
 * are not read as entities. Offsets count code points; what each annotation says that it covers is checked, and shows it if they
 * count something else.
 * @param annotations `undefined` if there are none, so that the text is unlabeled
 * @returns `undefined` for a text without words
 */
export function readBrat(
  text: string,
  annotations: readonly string[] | undefined,
  context: ReadContext,
  { tagColumn, offsets: unit }: Pick<ReadOptions, 'tagColumn' | 'offsets'> = {},
): Sentence | undefined {
  const isLabeled = annotations !== undefined && tagColumn !== 'none'
  const found = isLabeled ? parseAnnotations(annotations, context) : []
  const place = found.length > 0 ? chooseReading(text, found, unit) : { text, unit, entities: [] }
  for (const [i, annotation] of found.entries()) {
    const isWhole = context.attempt(annotation.line, () => checkPieces(place.text, annotation, place.unit))
    if (isWhole === undefined) return undefined
    const entity = place.entities[i]
    const covered = entity === undefined ? undefined : place.text.slice(entity.start, entity.end)
    if (covered === undefined || plain(covered) !== plain(annotation.covered)) {
      context.fault(annotation.line, {
        code: 'span-text',
        expected: `${JSON.stringify(annotation.covered)} at ${annotation.start} to ${annotation.end} of the text`,
        got: covered === undefined ? 'the end of the text before' : JSON.stringify(covered.slice(0, 60)),
        remedy: 'fix the offsets, or use the text that was annotated, with its own line ends',
      })
      return undefined
    }
  }
  const entities = place.entities.filter(entity => entity !== undefined)
  const ordered = context.attempt(found[0]?.line ?? 1, () => orderedEntities(place.text, entities))
  if (ordered === undefined) return undefined
  if (ordered.repeated > 0)
    context.note(
      'repeated-entities',
      `${ordered.repeated} repeated ${ordered.repeated === 1 ? 'entity' : 'entities'} skipped`,
    )
  const offsets = tokenize(place.text).map(({ start, end }) => ({ start, end }))
  if (offsets.length === 0) return undefined
  const labeled = taggedText(place.text, offsets, projectEntities(ordered.entities, offsets))
  return { ...labeled, ...(!isLabeled && { tags: [] }), lines: linesOf(place.text, offsets) }
}

/** The entities among the lines. Others are counted, and noted. */
function parseAnnotations(lines: readonly string[], context: ReadContext): Annotation[] {
  const found: Annotation[] = []
  const triggers = new Set<string>()
  const others = new Map<string, number>()
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    const kind = OTHERS[line[0]]
    if (line[0] === 'T') {
      const annotation = context.attempt(i + 1, () => parseAnnotation(line, i + 1))
      if (annotation) found.push(annotation)
    } else if (kind === undefined)
      context.fault(i + 1, {
        code: 'bad-row',
        expected: 'an annotation of brat, such as T1, a tab, PER 0 3, a tab and its text',
        got: JSON.stringify(line.slice(0, 40)),
        remedy: 'fix the line',
      })
    else others.set(kind, (others.get(kind) ?? 0) + 1)
    const trigger = /^E\d+\t[^:\s]+:(T\S+)/.exec(line)
    if (trigger) triggers.add(trigger[1])
  }
  const entities = found.filter(({ id }) => !triggers.has(id))
  if (found.length > entities.length) others.set('trigger', found.length - entities.length)
  if (others.size > 0) {
    const listed = [...others].map(([kind, count]) => `${count} ${plural(count, kind)}`)
    context.note('unread-annotations', `not read: ${listed.join(', ')}`)
  }
  return entities
}

function parseAnnotation(line: string, number: number): Annotation {
  const [id, place, ...covered] = line.split('\t')
  const parts = /^(\S+) (\d+ \d+(?:;\d+ \d+)*)$/.exec(place ?? '')
  if (!parts || covered.length === 0)
    return refuse('bad-row', 'T1, a tab, a type and two offsets (PER 0 3), a tab and the text', line)
  const pieces = parts[2].split(';').map(piece => {
    const [start, end] = piece.split(' ').map(Number)
    return { start, end }
  })
  const [{ start }, { end }] = [pieces[0], pieces[pieces.length - 1]]
  return { id, type: parts[1], start, end, pieces, covered: covered.join('\t'), line: number }
}

/** @throws RowError for pieces between which there is more than white space, as at the end of a line */
function checkPieces(
  text: string,
  { type, pieces, covered }: Annotation,
  unit: ReadingUnit | undefined,
): true {
  const gaps = pieces.slice(1).map(({ start }, i) => ({ start: pieces[i].end, end: start }))
  const places = gaps.length === 0 ? [] : inUnits(text, gaps, unit ?? 'codepoint')
  if (places.every(gap => gap && gap.start <= gap.end && isBlank(text.slice(gap.start, gap.end)))) return true
  const listed = pieces.map(({ start, end }) => `${start} ${end}`).join(';')
  return refuse(
    'discontinuous',
    'entities in one piece',
    `${type} in the pieces ${listed} (${JSON.stringify(covered)})`,
    'make it one piece, or two entities: tags cannot say that something between belongs to none',
  )
}

/** White space, and what else Python takes for the end of a line. */
function isBlank(text: string): boolean {
  return /^[\s\u001c-\u001e\u0085]*$/.test(text)
}

/**
 * The text, and the annotations in UTF-16 code units, read so that most of them cover what they say. Some programs count the
 * CR LF of a file as one character.
 */
function chooseReading(
  text: string,
  found: readonly Annotation[],
  chosen: ReadingUnit | undefined,
): {
  readonly text: string
  readonly unit?: ReadingUnit
  readonly entities: readonly (TextSpan | undefined)[]
} {
  const units: readonly ReadingUnit[] = chosen === undefined ? ['codepoint', 'utf16', 'byte'] : [chosen]
  const texts = text.includes('\r\n') ? [text, text.replaceAll('\r\n', '\n')] : [text]
  let best:
    | { text: string; unit: ReadingUnit; entities: (TextSpan | undefined)[]; fitting: number }
    | undefined
  for (const each of texts)
    for (const unit of units) {
      const ranges = inUnits(each, found, unit)
      const entities = found.map(({ type }, i) => {
        const range = ranges[i]
        return range && { start: range.start, end: range.end, type }
      })
      const fitting = entities.filter(
        (entity, i) => entity && plain(each.slice(entity.start, entity.end)) === plain(found[i].covered),
      ).length
      if (best === undefined || fitting > best.fitting) best = { text: each, unit, entities, fitting }
      if (fitting === found.length) return best
    }
  return best ?? { text, entities: [] }
}

/** Each range in UTF-16 code units; `undefined` for one that is not in the text. */
function inUnits(text: string, ranges: readonly Offsets[], unit: ReadingUnit): (Offsets | undefined)[] {
  const isInside = ({ start, end }: Offsets) => start <= end && end <= text.length
  if (unit === 'utf16') return ranges.map(range => (isInside(range) ? range : undefined))
  const convert = (some: readonly Offsets[]) =>
    unit === 'byte' ? fromByteOffsets(text, some) : toUtf16Offsets(text, some)
  try {
    return convert(ranges)
  } catch {
    return ranges.map(range => {
      try {
        return convert([range])[0]
      } catch {
        return undefined
      }
    })
  }
}

/** White space may be written in another way. */
function plain(text: string): string {
  return text.replace(/[\s\u001c-\u001e\u0085]+/g, ' ').trim()
}

/** The line of the text that each token begins on. */
function linesOf(text: string, offsets: readonly Offsets[]): number[] {
  let line = 1
  let at = 0
  return offsets.map(({ start }) => {
    for (let end = text.indexOf('\n', at); end >= 0 && end < start; end = text.indexOf('\n', at)) {
      line++
      at = end + 1
    }
    return line
  })
}
