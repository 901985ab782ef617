import { plural } from '../../base/plural.js'
import { isPlainType } from '../../tags/scheme.js'
import { orderedEntities } from '../ordered-entities.js'
import { projectEntities, taggedText } from '../project-entities.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Offsets, Sentence, TextSpan } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { parseValues, unescapeText } from './escapes.js'
import { entityColumn, parseHeader, type WebannoHeader } from './header.js'

/**
 * Reads WebAnno TSV 3 (WebAnno, INCEpTION): a header that declares layers, and per sentence its text and one row per
 * token, with further rows for parts of tokens. Offsets count UTF-16 code units of the whole document. Entities are the
 * values of one feature; see `entityColumn`. Units that share the number of an annotation are one entity.
 */
export async function* readWebanno(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const head: string[] = []
  let reader: SentenceReader | undefined
  let line = 0
  for await (const block of blocks)
    for (const text of block) {
      line++
      if (reader === undefined && /^#(FORMAT|T_)/.test(text)) {
        head.push(text)
        continue
      }
      if (text === '' && reader === undefined) continue
      if (reader === undefined) {
        const header = parseHeader(head)
        reader = new SentenceReader(header, entityColumn(header, options, context), context)
      }
      const sentence = reader.push(text, line)
      if (sentence) yield sentence
    }
  const last = reader?.end()
  if (last) yield last
  reader?.addNotes()
}

interface Row {
  readonly line: number
  readonly isToken: boolean
  readonly range: Offsets
  readonly text: string
  readonly field: string
}

class SentenceReader {
  private text: string | undefined
  private rows: Row[] = []
  /** The numbers of the annotations in the sentence before. */
  private before: ReadonlySet<string> = new Set()
  private blank = 0
  private repeated = 0

  /** @param column of the entities, −1 where labels are not read */
  constructor(
    private readonly header: WebannoHeader,
    private readonly column: number,
    private readonly context: ReadContext,
  ) {}

  /** @returns the sentence that ends before this line */
  push(line: string, number: number): Sentence | undefined {
    if (line === '') return this.end()
    if (line.startsWith('#Text=')) {
      const text = unescapeText(line.slice(6), this.header.isOld)
      // Several lines of text before the rows are one sentence.
      const ended = this.rows.length > 0 ? this.end() : undefined
      this.text = this.text === undefined ? text : `${this.text}\n${text}`
      return ended
    }
    if (line[0] === '#' && this.rows.length === 0) return undefined
    const row = this.context.attempt(number, () => this.parseRow(line, number))
    if (row) this.rows.push(row)
    return undefined
  }

  end(): Sentence | undefined {
    const { text, rows } = this
    this.text = undefined
    this.rows = []
    if (rows.length === 0) {
      if (text !== undefined) this.blank++
      return undefined
    }
    return this.context.attempt(rows[0].line, () => this.sentence(text, rows))
  }

  addNotes(): void {
    const { blank, repeated, context } = this
    if (blank > 0) context.note('empty-rows', `${blank} ${plural(blank, 'sentence')} without words skipped`)
    if (repeated > 0)
      context.note(
        'repeated-entities',
        `${repeated} repeated ${repeated === 1 ? 'entity' : 'entities'} skipped`,
      )
  }

  private parseRow(line: string, number: number): Row {
    const fields = line.split('\t')
    const { width } = this.header
    if (fields.length > width && fields.at(-1) === '') fields.pop()
    if (fields.length !== width)
      return refuse(
        'column-count',
        `${width} columns, as the header says`,
        `${fields.length} in ${JSON.stringify(line.slice(0, 40))}`,
      )
    const [unit, offsets, token] = fields
    const range = /^(\d+)-(\d+)$/.exec(offsets)
    if (!/^\d+-\d+(\.\d+)?$/.test(unit) || !range)
      return refuse(
        'bad-row',
        'the number of a token and its offsets, such as 1-2 and 4-8',
        `${unit} and ${offsets}`,
      )
    return {
      line: number,
      isToken: !unit.includes('.'),
      range: { start: Number(range[1]), end: Number(range[2]) },
      text: unescapeText(token, this.header.isOld),
      field: this.column < 0 ? '_' : fields[this.column],
    }
  }

  private sentence(given: string | undefined, rows: readonly Row[]): Sentence {
    const tokens = rows.filter(row => row.isToken)
    if (tokens.length === 0 || given === undefined)
      return refuse('bad-sentence', 'a line #Text= and then the rows of its tokens', rows[0].text)
    // The text begins with its first token; a file that was edited may have white space before it.
    const base = tokens[0].range.start - Math.max(0, given.indexOf(tokens[0].text))
    const place = ({ range }: Row) => ({ start: range.start - base, end: range.end - base })
    for (const row of tokens) {
      const { start, end } = place(row)
      if (end > given.length || given.slice(start, end) !== row.text)
        return refuse(
          'token-offsets',
          'offsets in UTF-16 code units that find each token in its #Text=',
          `${JSON.stringify(given.slice(start, end))} for ${JSON.stringify(row.text)} (line ${row.line})`,
          'export the file again, or fix its offsets',
        )
    }
    const { entities, repeated } = orderedEntities(given, this.entitiesOf(rows, place))
    this.repeated += repeated
    const offsets = tokens.map(place)
    const labeled = taggedText(given, offsets, projectEntities(entities, offsets))
    return { ...labeled, ...(this.column < 0 && { tags: [] }), lines: tokens.map(({ line }) => line) }
  }

  private entitiesOf(rows: readonly Row[], place: (row: Row) => Offsets): TextSpan[] {
    const whole = new Map<string, TextSpan>()
    const single: TextSpan[] = []
    for (const row of rows)
      for (const { value, id } of parseValues(row.field)) {
        if (id !== undefined && this.before.has(id))
          return refuse(
            'across-sentences',
            'entities that are inside one sentence',
            `${JSON.stringify(value ?? row.field)} on line ${row.line}, which began in the sentence before`,
            'split the entity, or join the sentences',
          )
        if (value === undefined)
          return refuse(
            'no-type',
            'an entity with a type',
            `an annotation without a value on line ${row.line} (${JSON.stringify(row.text)})`,
            'give it a type, or remove it',
          )
        if (!isPlainType(value) || value === '')
          return refuse('bad-type', 'a type without white space around it', JSON.stringify(value))
        const range = place(row)
        const known = id === undefined ? undefined : whole.get(id)
        if (id === undefined) single.push({ ...range, type: value })
        else
          whole.set(id, {
            start: Math.min(known?.start ?? range.start, range.start),
            end: Math.max(known?.end ?? range.end, range.end),
            type: value,
          })
      }
    this.before = new Set(whole.keys())
    return [...single, ...whole.values()]
  }
}
