import type { Offsets, Sentence, TextSpan } from '../sentence.js'
import {
  GUESSED_SPACES,
  isReadBack,
  PARTLY_LABELED,
  REWRITTEN,
  textEntities,
  textOf,
} from '../sentence-text.js'
import { inexpressible, LossLog, type SentenceWriter } from '../sentence-writer.js'
import { escapeText, escapeValue } from './escapes.js'

const HEADER =
  '#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n'

/** A token, or a part of one that an entity begins or ends inside of. */
interface Unit extends Offsets {
  readonly number: string
}

/**
 * Writes WebAnno TSV 3.3 with the layer of named entities, which INCEpTION imports. A file is one document. Entities that
 * begin or end inside a token get rows for parts of it.
 */
export function webannoWriter(): SentenceWriter {
  const losses = new LossLog()
  let sentences = 0
  let annotations = 0
  /** Where the next sentence begins in the document. */
  let base = 0

  const write = (sentence: Sentence): string => {
    noteLosses(sentence, losses)
    const whole = textOf(sentence)
    const from = whole.offsets[0]?.start ?? 0
    const text = whole.text.slice(from)
    const offsets = whole.offsets.map(({ start, end }) => ({ start: start - from, end: end - from }))
    const entities = textEntities(sentence, whole).map(({ start, end, type }) => ({
      start: start - from,
      end: end - from,
      type,
    }))
    const empty = offsets.findIndex(({ start, end }) => start === end)
    if (empty >= 0) throw inexpressible(sentence, empty, 'tokens that are not empty', text)
    let out = sentences === 0 ? HEADER : ''
    sentences++
    out += `\n${text
      .split('\n')
      .map(line => `#Text=${escapeText(line)}\n`)
      .join('')}`
    const units = unitsOf(offsets, entities, sentences)
    const values = new Map<Unit, string[]>()
    for (const { start, end, type } of entities) {
      const own = units.filter(
        unit => unit.start >= start && unit.end <= end && !isInside(unit, units, { start, end }),
      )
      if (own.length > 1) annotations++
      for (const unit of own)
        values.set(unit, [
          ...(values.get(unit) ?? []),
          `${escapeValue(type)}${own.length > 1 ? `[${annotations}]` : ''}`,
        ])
    }
    for (const unit of units) {
      const field = values.get(unit)?.join('|')
      const identifier = field === undefined ? '_' : field.replace(/^.*?((?:\[\d+\])?)$/s, '*$1')
      const place = `${base + unit.start}-${base + unit.end}`
      const token = escapeText(text.slice(unit.start, unit.end))
      out += `${unit.number}\t${place}\t${token}\t${identifier}\t${field ?? '_'}\t\n`
    }
    base += text.length + 1
    return out
  }
  return { write, losses }
}

function noteLosses(sentence: Sentence, losses: LossLog): void {
  if (Object.keys(sentence.columns ?? {}).length > 0) losses.add('columns', 'further columns', sentence)
  if (sentence.tags.length === 0)
    losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', sentence)
  if (sentence.annotated) losses.add(...PARTLY_LABELED, sentence)
  if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
  if (sentence.text === undefined) losses.add(...GUESSED_SPACES, sentence)
  if (sentence.document !== undefined)
    losses.add('documents', 'which document it belongs to: a file is one document', sentence)
}

/** The tokens, each followed by its parts that entities need. */
function unitsOf(offsets: readonly Offsets[], entities: readonly TextSpan[], sentence: number): Unit[] {
  let next = 0
  return offsets.flatMap(({ start, end }, i): Unit[] => {
    const number = `${sentence}-${i + 1}`
    while (next < entities.length && entities[next].end <= start) next++
    const parts: Unit[] = []
    for (let at = next; at < entities.length && entities[at].start < end; at++) {
      const from = Math.max(start, entities[at].start)
      const to = Math.min(end, entities[at].end)
      if (from > start || to < end)
        parts.push({ number: `${number}.${parts.length + 1}`, start: from, end: to })
    }
    return [{ number, start, end }, ...parts]
  })
}

/** Whether a part belongs to a token that the entity holds whole. */
function isInside({ number }: Unit, units: readonly Unit[], { start, end }: Offsets): boolean {
  if (!number.includes('.')) return false
  const token = units.find(unit => unit.number === number.slice(0, number.indexOf('.')))
  return token !== undefined && token.start >= start && token.end <= end
}
