import { option, say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import { isBlank } from '../conll/rows.js'
import { CorpusError } from '../corpus-error.js'
import { DocumentNames } from '../documents.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'

const WORD = 3
const NAMED_ENTITIES = 10
/** Columns that are kept, by their names in the shared task. The predicate arguments, whose number varies, are not. */
const KEPT = { pos: 4, parse: 5, lemma: 6, frameset: 7, sense: 8, speaker: 9 } as const
/** The fixed columns and the one of coreference. */
const FEWEST_COLUMNS = 12

/**
 * Reads OntoNotes as the CoNLL-2011 and 2012 shared tasks distributed it (`*_gold_conll`): entities are brackets in column 11,
 * `(PERSON*`, `*`, `*)`. The parts of a document are one document. `/.` and `/?` are read as `.` and `?`, as the usual readers do.
 */
export async function* readOntonotes(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const reader = new RowReader(options, context)
  let line = 0
  for await (const block of blocks)
    for (const text of block) {
      line++
      const ended = reader.push(text, line)
      if (ended) yield ended
    }
  const last = reader.end()
  if (last) yield last
  reader.addNotes()
}

/** A line that begins a document: its name, and perhaps its part. */
export const DOCUMENT_START = /^#begin document \((.*?)\)(?:;\s*part\s+(\d+))?/

class RowReader {
  private readonly rows: RowCollector
  private readonly documents: DocumentNames
  private readonly isLabeled: boolean
  private readonly kept: readonly number[]
  /** The type of the entity that is open, and the line on which it began. */
  private open: { readonly type: string; readonly line: number } | undefined
  private words = 0
  private masked = 0
  private escaped = 0

  constructor(
    options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.isLabeled = options.tagColumn !== 'none'
    this.kept = options.columns === false ? [] : Object.values(KEPT)
    this.documents = new DocumentNames(context)
    this.rows = new RowCollector(context, {
      extraNames: options.columns === false ? [] : Object.keys(KEPT),
      tagRemedy: 'fix the type of the entity',
      boundary: say`put an empty line between sentences, or choose another ${option('format')}`,
    })
  }

  /** @returns the sentence that ends before this line */
  push(text: string, line: number): Sentence | undefined {
    const document = DOCUMENT_START.exec(text)
    if (document || isBlank(text) || text.startsWith('#end document')) {
      const ended = this.end()
      if (document) this.rows.startDocument(this.documents.get(document[1]))
      return ended
    }
    if (text[0] === '#') return undefined
    this.context.attempt(line, () => this.add(text, line))
    return undefined
  }

  end(): Sentence | undefined {
    const { open } = this
    this.open = undefined
    if (open)
      this.context.fault(open.line, {
        code: 'open-entity',
        expected: 'entities that end in their sentence',
        got: `(${open.type}* without *)`,
        remedy: 'close the bracket in column 11',
      })
    return this.rows.take()
  }

  addNotes(): void {
    const { context, words, masked, escaped } = this
    if (masked > 0 && masked === words)
      throw new CorpusError('corpus/format', {
        code: 'masked-words',
        where: context.at(),
        expected: 'the words of the corpus',
        got: '[WORD] in place of every word, as in the *_skel files',
        remedy: 'put the words back with skeleton2conll.sh, which needs OntoNotes itself',
      })
    if (escaped > 0)
      context.note(
        'escaped-words',
        `${escaped} ${plural(escaped, 'word')} /. and /? ${escaped === 1 ? 'is' : 'are'} read as . and ?`,
      )
  }

  private add(text: string, line: number): void {
    const fields = text.trim().split(/[ \t]+/)
    if (fields.length < FEWEST_COLUMNS)
      refuse('column-count', `at least ${FEWEST_COLUMNS} columns, as in CoNLL-2012`, `${fields.length}`)
    const tag = this.isLabeled ? this.tagOf(fields[NAMED_ENTITIES], line) : undefined
    this.words++
    if (fields[WORD] === '[WORD]') this.masked++
    const isEscaped = fields[WORD] === '/.' || fields[WORD] === '/?'
    if (isEscaped) this.escaped++
    const token = isEscaped ? fields[WORD][1] : fields[WORD]
    this.rows.add(
      line,
      token,
      tag,
      this.kept.map(i => fields[i]),
    )
  }

  private tagOf(field: string, line: number): string {
    const found = /^(?:\(([^()*]+))?(\*)?(\))?$/.exec(field)
    if (field !== '-' && (!found || (found[1] === undefined && found[2] === undefined)))
      return refuse('bad-tag', 'one bracket of an entity such as (PERSON*, * or *) in column 11', field)
    const [, type, , close] = found ?? []
    const { open } = this
    if (type !== undefined && open)
      return refuse('nested', 'entities that are not inside each other', `${field} inside (${open.type}*`)
    if (type === undefined && close !== undefined && !open)
      return refuse('open-entity', 'a bracket that opens before *)', field)
    if (close !== undefined) this.open = undefined
    else if (type !== undefined) this.open = { type, line }
    if (type !== undefined) return `B-${type}`
    return open ? `I-${open.type}` : 'O'
  }
}
