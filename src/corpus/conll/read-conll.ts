import { plural } from '../../base/plural.js'
import { columnName } from '../columns.js'
import type { ReadContext, ReadOptions } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { type ConllLayout, guessLayout, isBlank, isDocumentMark, isNoToken, splitRow } from './layout.js'
import { fieldPicker } from './pick-fields.js'

/**
 * Reads column files: a token a line, blank lines (spaces and tabs count as blank) between sentences, the tag last or
 * in `tagColumn`. `-DOCSTART-` in whatever form starts a document and is no token, whether a sentence of its own
 * (CoNLL-2003) or the head of a real one (CoNLL-2002, Dutch). `#` starts a token like any other; a line is a comment
 * only where it cannot be a row: before a sentence's first row, with `#` and a blank in front and another number of
 * columns, or with `#` where the column of running numbers stands (GermEval).
 */
export async function* readConll(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let table: RowReader | undefined
  let line = 0
  for await (const block of blocks) {
    table ??= new RowReader(guessLayout(block, options), options, context)
    for (const text of block) {
      line++
      if (!isBlank(text) && !isDocumentMark(text)) {
        table.read(text, line)
        continue
      }
      const sentence = table.endSentence()
      if (sentence) yield sentence
      if (text[0] === '-') table.rows.startDocument()
    }
  }
  const last = table?.endSentence()
  if (last) yield last
  table?.tell()
}

/** Rows of one layout to sentences. */
class RowReader {
  readonly rows: RowCollector
  private readonly pick: (line: string) => string[] | undefined
  /** Places of the token and the tag among the fields picked; the tag's is −1 without tags. */
  private readonly token: number
  private readonly tag: number
  private readonly extra: readonly number[]
  private readonly wanted: readonly number[]
  private atStart = true
  private comments = 0
  private between = 0

  constructor(
    private readonly layout: ConllLayout,
    options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    const extra = options.columns === false ? [] : extraColumns(layout)
    this.wanted = [...new Set([layout.token, layout.tag, ...extra])].filter(i => i >= 0).sort((a, b) => a - b)
    this.pick = fieldPicker(layout, this.wanted)
    this.token = this.wanted.indexOf(layout.token)
    this.tag = this.wanted.indexOf(layout.tag)
    this.extra = extra.map(i => this.wanted.indexOf(i))
    this.rows = new RowCollector(context, {
      extraNames: extra.map(columnName),
      tagRemedy: tagRemedy(layout),
      boundary: 'put an empty line between sentences, or choose another --format',
    })
    tellLayout(layout, context)
  }

  read(text: string, line: number): void {
    if (text[0] === '#' && this.atStart && isComment(text, this.layout)) {
      this.comments++
      return
    }
    this.atStart = false
    if (this.layout.ids && isNoToken(text)) {
      this.between++
      return
    }
    const fields = this.pick(text) ?? this.irregular(text, line)
    if (fields === undefined) return
    const { extra, tag } = this
    this.rows.add(
      line,
      fields[this.token],
      tag < 0 ? undefined : fields[tag],
      extra.length === 0 ? NO_FIELDS : extra.map(i => fields[i]),
    )
  }

  endSentence(): Sentence | undefined {
    this.atStart = true
    return this.rows.take()
  }

  tell(): void {
    const { between, comments } = this
    if (between > 0)
      this.context.note(
        `rows whose running number is a range or a fraction (2-3, 5.1) are no tokens and left out: ${between}`,
      )
    if (comments > 0) this.context.note(`${comments} comment ${plural(comments, 'line')} left out`)
  }

  private irregular(text: string, line: number): string[] | undefined {
    const { layout } = this
    const fields = splitRow(text, layout.delimiter, layout.columns)
    if (fields.length === layout.columns) return this.wanted.map(i => fields[i])
    this.context.fault(columnFault(this.context.source, line, text, fields.length, layout))
    return undefined
  }
}

const NO_FIELDS: readonly string[] = Object.freeze([])

function extraColumns(layout: ConllLayout): number[] {
  return Array.from({ length: layout.columns }, (_, i) => i).filter(
    i => i !== layout.token && i !== layout.tag && !(layout.ids && i === 0),
  )
}

function isComment(text: string, layout: ConllLayout): boolean {
  if (layout.ids) return true
  if (text[1] !== ' ' && text[1] !== '\t') return false
  return splitRow(text, layout.delimiter, layout.columns).length !== layout.columns
}

function columnFault(source: string, line: number, text: string, got: number, layout: ConllLayout) {
  const few = got < layout.columns
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const separated = layout.delimiter === 'tab' ? 'tabs' : 'spaces'
  return {
    where: `${source}:${line}`,
    expected: `${layout.columns} ${plural(layout.columns, 'column')} separated by ${separated}, as in most rows`,
    got: `${got} in ${JSON.stringify(shown)}`,
    remedy: few ? 'add what is missing' : 'mend the row, or choose another --delimiter',
  }
}

function tagRemedy(layout: ConllLayout): string {
  const others = layout.tagLike.filter(i => i !== layout.tag)
  if (others.length > 0) return `tags seem to be in column ${others[0] + 1}: --tag-column ${others[0] + 1}`
  return 'mend the tag or choose the column with --tag-column, or read words only with --tag-column none'
}

function tellLayout(layout: ConllLayout, { note }: ReadContext): void {
  if (layout.innerTag !== undefined)
    note(
      `two layers of tags: column ${layout.tag + 1} is read, column ${layout.innerTag + 1} is kept beside it ` +
        `(--tag-column ${layout.innerTag + 1} reads that one)`,
    )
}
