import { type Message, option, say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import { isTag } from '../../tags/scheme.js'
import { BARE_LABELS_NOTE, prefixFault, tagOfBareLabel } from '../bare-labels.js'
import { columnName } from '../columns.js'
import type { ReadContext, RowFault } from '../read-context.js'
import { type ReadOptions, tagColumnAdvice } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { type ConllLayout, checkLayout, guessLayout } from './layout.js'
import { fieldPicker, isBlank, isDocumentMark, isNoToken, miscTag, splitRow } from './rows.js'

/**
 * Reads column files: one token per line, blank lines (also of spaces and tabs) between sentences, the tag in the last
 * column or in `tagColumn`. `-DOCSTART-` in any form starts a document and is not a token, whether it is a sentence of
 * its own (CoNLL-2003) or the first row of a real one (CoNLL-2002, Dutch). `#` starts a token like any other: a line is
 * a comment only if it cannot be a row. That is before a sentence's first row, with `#` and a space and another number
 * of columns, or with `#` in the column of token numbers (GermEval, CoNLL-U). In CoNLL-U the tag may be in MISC.
 */
export async function* readConll(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let table: RowReader | undefined
  let line = 0
  for await (const block of blocks) {
    if (table === undefined) {
      const layout = guessLayout(block, options)
      checkLayout(layout, context.at())
      table = new RowReader(layout, options, context)
    }
    for (const text of block) {
      line++
      if (!isBlank(text) && !isDocumentMark(text)) {
        table.read(text, line)
        continue
      }
      const sentence = table.endSentence()
      if (sentence) yield sentence
      if (text[0] === '-') table.startDocument(text)
    }
  }
  const last = table?.endSentence()
  if (last) yield last
  table?.noteSkipped()
}

/** Collects the rows of one layout into sentences. */
class RowReader {
  private readonly rows: RowCollector
  private readonly pick: (line: string) => string[] | undefined
  /** Indices of the token, the tag (−1 without tags) and the further columns among the picked fields. */
  private readonly token: number
  private readonly tag: number
  private readonly extra: readonly number[]
  private readonly wanted: readonly number[]
  private atStart = true
  private comments = 0
  private noTokens = 0
  private lostTags = 0
  private lostMarkTags = 0

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
      tagRemedy: tagRemedy(layout, options),
      boundary: say`put an empty line between sentences, or choose another ${option('format')}`,
    })
    const { tag, innerTag, misc, bare, columns } = layout
    if (bare) context.note(...BARE_LABELS_NOTE)
    if (misc)
      context.note(
        'misc-tags',
        `tags are read from NER= or Entity= in column ${tag + 1}; the rest of that column is not kept`,
      )
    else if (options.tagColumn === undefined && tag >= 0 && tag < columns - 1 && innerTag === undefined)
      context.note('tag-column', `tags are read from column ${tag + 1}, the only one with tags`)
    if (innerTag !== undefined)
      context.note(
        'inner-tags',
        say`two layers of tags: column ${tag + 1} is read as tags, column ${innerTag + 1} is kept as a further column (read it as tags with ${option('tagColumn', String(innerTag + 1))})`,
      )
  }

  read(text: string, line: number): void {
    if (text[0] === '#' && this.atStart && isComment(text, this.layout)) {
      this.comments++
      return
    }
    this.atStart = false
    if (this.layout.ids && isNoToken(text)) {
      this.noTokens++
      if (this.hasEntity(splitRow(text, this.layout.delimiter)[this.layout.tag])) this.lostTags++
      return
    }
    const fields = this.pick(text) ?? this.irregular(text, line)
    if (fields === undefined) return
    const { extra, tag } = this
    const prefixed = this.layout.bare ? prefixFault(fields[tag]) : undefined
    if (prefixed) {
      this.context.fault(line, prefixed)
      return
    }
    if (this.layout.misc && isEntityTag(fields[tag])) {
      this.context.fault(line, plainTagFault(fields[tag]))
      return
    }
    this.rows.add(
      line,
      fields[this.token],
      tag < 0 ? undefined : this.tagOf(fields[tag]),
      extra.length === 0 ? NO_FIELDS : extra.map(i => fields[i]),
    )
  }

  /** @param mark the row that marks the document. A tag can only be its last field, whatever is between. */
  startDocument(mark: string): void {
    if (!this.layout.bare && this.hasEntity(splitRow(mark, 'space').at(-1))) this.lostMarkTags++
    this.rows.startDocument()
  }

  private hasEntity(field: string | undefined): boolean {
    return isEntityTag(this.tagOf(field))
  }

  private tagOf(field: string): string
  private tagOf(field: string | undefined): string | undefined
  private tagOf(field: string | undefined): string | undefined {
    if (field === undefined) return field
    if (this.layout.misc) return miscTag(field)
    return this.layout.bare ? tagOfBareLabel(field.trim()) : field
  }

  endSentence(): Sentence | undefined {
    this.atStart = true
    return this.rows.take()
  }

  noteSkipped(): void {
    const { noTokens, lostTags, lostMarkTags, comments, context } = this
    if (noTokens > 0)
      context.note(
        'numbered-rows',
        `${noTokens} ${plural(noTokens, 'row')} skipped: numbered with a range or fraction (2-3, 5.1), they are not tokens`,
      )
    if (lostTags > 0)
      context.note(
        'lost-tags',
        `${lostTags} of these rows ${lostTags === 1 ? 'has' : 'have'} a tag of an entity, which is not read`,
      )
    if (lostMarkTags > 0)
      context.note(
        'lost-tags',
        `${lostMarkTags} -DOCSTART- ${plural(lostMarkTags, 'row')} with a tag of an entity, which is not read`,
      )
    if (comments > 0) context.note('comments', `${comments} comment ${plural(comments, 'line')} skipped`)
  }

  private irregular(text: string, line: number): string[] | undefined {
    const { layout } = this
    // In a file of words alone, a tab before a field is an empty word with a tag.
    const delimiter = layout.columns === 1 && text.includes('\t') ? 'tab' : layout.delimiter
    const fields = splitRow(text, delimiter, layout.columns)
    if (fields.length === layout.columns) return this.wanted.map(i => fields[i])
    this.context.fault(line, columnFault(text, fields.length, layout))
    return undefined
  }
}

function isEntityTag(tag: string | undefined): boolean {
  return tag !== undefined && tag !== 'O' && isTag(tag)
}

/** Read as pairs, a tag without a key would mean nothing, and its entity would be lost. */
function plainTagFault(tag: string): RowFault {
  return {
    code: 'bad-tag',
    expected: 'pairs such as NER=B-PER in this column, as in other rows',
    got: `the tag ${tag} without a key`,
    remedy: 'write all tags of the file in the same way',
  }
}

const NO_FIELDS: readonly string[] = Object.freeze([])

function extraColumns({ columns, token, tag, ids }: ConllLayout): number[] {
  return Array.from({ length: columns }, (_, i) => i).filter(
    i => i !== token && i !== tag && !(ids && i === 0),
  )
}

function isComment(text: string, layout: ConllLayout): boolean {
  if (layout.ids) return true
  if (text[1] !== ' ' && text[1] !== '\t') return false
  return splitRow(text, layout.delimiter, layout.columns).length !== layout.columns
}

function columnFault(text: string, got: number, { columns, delimiter }: ConllLayout): RowFault {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return {
    code: 'column-count',
    expected: `${columns} ${plural(columns, 'column')} separated by ${delimiter}s, as in most rows`,
    got: `${got} in ${JSON.stringify(shown)}`,
    remedy:
      got < columns ? 'add the missing columns' : say`fix the row, or choose another ${option('delimiter')}`,
  }
}

function tagRemedy({ tagLike, tag }: ConllLayout, options: ReadOptions): Message {
  const other = tagLike.find(i => i !== tag)
  if (other === undefined) return say`fix the tag, or ${tagColumnAdvice(options)}`
  const column = String(other + 1)
  return say`the tags seem to be in column ${column}: choose it with ${option('tagColumn', column)}`
}
