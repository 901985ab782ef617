import { toCodePointOffsets } from '../../text/offsets.js'
import { tokenize } from '../../text/tokenize.js'
import { sameRanges } from '../jsonl/written-text.js'
import { entitiesOfText, runningText, TextCollector } from '../running-text.js'
import type { Sentence, TextSpan } from '../sentence.js'
import { GUESSED_SPACES, isReadBack, PARTLY_LABELED, REWRITTEN } from '../sentence-text.js'
import { inexpressible, LossLog } from '../sentence-writer.js'
import { DocumentPaths } from './document-names.js'

/** The two files of a document. */
export interface BratFiles {
  /** Where they are in the folder, without the endings `.txt` and `.ann`. */
  readonly path: string
  readonly text: string
  readonly annotations: string
}

/** What ends a line for brat, Python or an editor. */
const LINE_ENDS = /[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]+/g

/**
 * Turns sentences into documents of brat, each when its last sentence is there. A document, a record of text without one, or
 * 50 sentences of tokens are one, with a sentence per line. Offsets count code points. An entity over a line end is
 * written as brat does, in a piece for each line.
 */
export class BratWriter {
  readonly losses = new LossLog()
  private readonly collector = new TextCollector()
  private readonly paths = new DocumentPaths()
  private readonly types = new Set<string>()
  private readonly written = new Set<string | number>()

  /** @returns the document that ended before this sentence */
  add(sentence: Sentence): BratFiles | undefined {
    this.noteLosses(sentence)
    const group = this.collector.add(sentence)
    return group && this.filesOf(group)
  }

  /** The last document. */
  end(): BratFiles | undefined {
    const group = this.collector.take()
    return group && this.filesOf(group)
  }

  /** The types that occurred, for `annotation.conf`. */
  get configuration(): string {
    return `[entities]\n${[...this.types]
      .sort()
      .map(type => `${type}\n`)
      .join('')}\n[relations]\n\n[events]\n\n[attributes]\n`
  }

  private filesOf(group: readonly Sentence[]): BratFiles {
    const [first] = group
    if (group.length > 1)
      this.losses.add('sentences', 'where its sentences end: a document is one record', first)
    const running = runningText(group, '\n')
    const { text } = running
    const lone = /\p{Surrogate}|^\uFEFF/u.exec(text)
    if (lone)
      throw inexpressible(
        first,
        0,
        'whole characters, and no byte order mark before them',
        text.slice(lone.index),
      )
    const entities = entitiesOfText(running)
    for (const { type } of entities) {
      if (/\s/.test(type)) throw inexpressible(first, 0, 'types without white space', type)
      this.types.add(type)
    }
    const pieces = entities.map(entity => piecesOf(text, entity))
    const places = toCodePointOffsets(text, pieces.flat())
    let next = 0
    const lines = pieces.map((parts, i) => {
      const ranges = parts.map(() => places[next++]).map(({ start, end }) => `${start} ${end}`)
      const covered = parts.map(({ start, end }) => text.slice(start, end)).join(' ')
      return `T${i + 1}\t${entities[i].type} ${ranges.join(';')}\t${covered}\n`
    })
    return { path: this.pathOf(first), text, annotations: lines.join('') }
  }

  private pathOf(first: Sentence): string {
    const { document, documentName } = first
    if (document !== undefined) {
      if (this.written.has(document))
        this.losses.add(
          'documents',
          'documents that continue after another one, which become a new one',
          first,
        )
      this.written.add(document)
    }
    const { path, isExact } = this.paths.of(documentName === undefined ? undefined : String(documentName))
    if (!isExact)
      this.losses.add(
        'document-names',
        'names of documents that are no names of files, or of the same file',
        first,
      )
    return path
  }

  private noteLosses(sentence: Sentence): void {
    const { losses } = this
    const { columns, tags, annotated, text, offsets, fields } = sentence
    if (Object.keys(columns ?? {}).length > 0) losses.add('columns', 'further columns', sentence)
    if (tags.length === 0)
      losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', sentence)
    if (annotated) losses.add(...PARTLY_LABELED, sentence)
    if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
    if (text === undefined) losses.add(...GUESSED_SPACES, sentence)
    else if (offsets && !sameRanges(offsets, tokenize(text)))
      losses.add('tokens', 'how it was split into tokens', sentence)
    if (fields)
      losses.add('fields', `further fields of records (${Object.keys(fields).join(', ')})`, sentence)
  }
}

/** The parts of an entity between line ends. */
function piecesOf(text: string, { start, end, type }: TextSpan): readonly TextSpan[] {
  const covered = text.slice(start, end)
  const pieces: TextSpan[] = []
  let from = 0
  for (const { index, 0: found } of [...covered.matchAll(LINE_ENDS), { index: covered.length, 0: '' }]) {
    if (covered.slice(from, index).trim() !== '')
      pieces.push({ start: start + from, end: start + index, type })
    from = index + found.length
  }
  return pieces
}
