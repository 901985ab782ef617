import { columnName } from '../columns.js'
import type { ReadContext, ReadOptions } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { type ConllLayout, guessLayout, isBlank, isDocumentMark, splitRow } from './layout.js'

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
  let layout: ConllLayout | undefined
  let rows: RowCollector | undefined
  let extra: readonly number[] = []
  let line = 0
  let atStart = true
  let comments = 0
  for await (const block of blocks) {
    if (layout === undefined || rows === undefined) {
      layout = guessLayout(block, options)
      extra = options.columns === false ? [] : extraColumns(layout)
      rows = new RowCollector(context, {
        extraNames: extra.map(columnName),
        tagRemedy: tagRemedy(layout),
        boundary: 'put an empty line between sentences, or choose another --format',
      })
      tellLayout(layout, context)
    }
    for (const text of block) {
      line++
      if (isBlank(text) || isDocumentMark(text)) {
        const sentence = rows.take()
        if (sentence) yield sentence
        if (text[0] === '-') rows.nextDocument()
        atStart = true
        continue
      }
      const fields = splitRow(text, layout.delimiter, layout.columns)
      if (text[0] === '#' && atStart && isComment(text, fields, layout)) {
        comments++
        continue
      }
      atStart = false
      if (fields.length !== layout.columns) {
        context.fault(columnFault(context.source, line, text, fields.length, layout))
        continue
      }
      rows.add(
        line,
        fields[layout.token],
        layout.tag < 0 ? undefined : fields[layout.tag],
        extra.length === 0 ? (extra as []) : extra.map(i => fields[i]),
      )
    }
  }
  const last = rows?.take()
  if (last) yield last
  if (comments > 0) context.note(`${comments} comment ${comments === 1 ? 'line' : 'lines'} left out`)
}

function extraColumns(layout: ConllLayout): number[] {
  return Array.from({ length: layout.columns }, (_, i) => i).filter(
    i => i !== layout.token && i !== layout.tag && !(layout.ids && i === 0),
  )
}

function isComment(text: string, fields: readonly string[], layout: ConllLayout): boolean {
  if (layout.ids) return !/^\d/.test(text)
  return (text[1] === ' ' || text[1] === '\t') && fields.length !== layout.columns
}

function columnFault(source: string, line: number, text: string, got: number, layout: ConllLayout) {
  const few = got < layout.columns
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const separated = layout.delimiter === 'tab' ? 'tabs' : 'spaces'
  return {
    where: `${source}:${line}`,
    expected: `${layout.columns} ${layout.columns === 1 ? 'column' : 'columns'} separated by ${separated}, as in most rows`,
    got: `${got} in ${JSON.stringify(shown)}`,
    remedy: few ? 'add what is missing' : 'mend the row, or choose another --delimiter',
  }
}

function tagRemedy(layout: ConllLayout): string {
  const others = layout.tagLike.filter(i => i !== layout.tag)
  if (others.length > 0) return `tags seem to be in column ${others[0] + 1}: --tag-column ${others[0] + 1}`
  return 'mend the tag, choose the column with --tag-column, or read words only with --tag-column none'
}

function tellLayout(layout: ConllLayout, { note }: ReadContext): void {
  if (layout.innerTag !== undefined)
    note(
      `two layers of tags: column ${layout.tag + 1} is read, column ${layout.innerTag + 1} is kept beside it ` +
        `(--tag-column ${layout.innerTag + 1} reads that one)`,
    )
}
