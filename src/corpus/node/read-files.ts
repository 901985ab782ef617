import { relative } from 'node:path'
import { isInputError } from '../../base/errors.js'
import type { Note } from '../../base/fault.js'
import { isFolder } from '../../base/node/matching-files.js'
import { plural } from '../../base/plural.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { corpusFiles } from './corpus-files.js'
import type { ReadReport } from './read-report.js'

/** Formats in which a file is one document, whatever it is called. */
const ONE_DOCUMENT: readonly string[] = ['brat', 'webanno']

/**
 * Reads the files that a folder or a pattern stands for, one after the other. Documents of the same name are one document,
 * whichever file they are in. A note that several files would leave is left once.
 * @param read reads one file
 * @throws CorpusError as the reader does; `corpus/file`, `corpus/empty` if no file has a sentence
 */
export async function* readFiles(
  path: string,
  options: ReadOptions & ReadReport,
  read: (file: string, options: ReadOptions & ReadReport) => AsyncIterable<Sentence>,
): AsyncGenerator<Sentence> {
  const files = await corpusFiles(path, options)
  const notes = new NoteMerger(path, options.onNote)
  const documents = new Documents()
  // Of a pattern, the folder before its first sign.
  const folder = isFolder(path) ? path : path.replace(/[^/\\]*(?:[*?[\]{}]|[!+@]\().*$/s, '')
  let sentences = 0
  for (const [i, file] of files.entries()) {
    let format = ''
    const reading = read(file, {
      ...options,
      onNote: notes.add,
      onFormat: found => {
        format = found
        if (i === 0) options.onFormat?.(found)
      },
    })
    documents.startFile()
    try {
      for await (const sentence of reading) {
        sentences++
        const name = relative(folder, file).replace(/\.[^./\\]+$/, '')
        yield {
          ...sentence,
          ...documents.of(sentence, ONE_DOCUMENT.includes(format) ? name : undefined),
          file,
        }
      }
    } catch (error) {
      // One empty file among others is no fault.
      if (!isInputError(error) || error.code !== 'corpus/empty') throw error
      notes.add({ code: 'empty-file', where: { file }, message: 'no sentence in it: skipped' })
    }
  }
  notes.end()
  if (sentences > 0) return
  throw new CorpusError('corpus/empty', {
    where: { file: path },
    expected: 'at least one sentence',
    got: `${files.length} ${plural(files.length, 'file')} without one`,
  })
}

/** Numbers the documents of all files. */
class Documents {
  private readonly named = new Map<string, number>()
  private ofFile = new Map<number, number>()
  private count = 0

  startFile(): void {
    this.ofFile = new Map()
  }

  /** @param file the name of a file that is one document */
  of(
    { document, documentName }: Sentence,
    file: string | undefined,
  ): Pick<Sentence, 'document' | 'documentName'> {
    if (document === undefined && file !== undefined)
      return { document: this.number(this.named, file), documentName: file }
    if (document === undefined) return {}
    if (documentName !== undefined)
      return { document: this.number(this.named, String(documentName)), documentName }
    return { document: this.number(this.ofFile, document) }
  }

  private number<Key>(known: Map<Key, number>, key: Key): number {
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, this.count)
    return this.count++
  }
}

/** Passes on the first note of each kind, and says at the end in how many other files there were more. */
class NoteMerger {
  private readonly others = new Map<string, number>()

  constructor(
    private readonly path: string,
    private readonly onNote: ((note: Note) => void) | undefined,
  ) {}

  readonly add = (note: Note): void => {
    const known = this.others.get(note.code)
    this.others.set(note.code, (known ?? -1) + 1)
    if (known === undefined) this.onNote?.(note)
  }

  end(): void {
    const more = [...this.others].filter(([, count]) => count > 0)
    if (more.length === 0) return
    this.onNote?.({
      code: 'more-notes',
      where: { file: this.path },
      message: `more notes like these on other files: ${more.map(([code, count]) => `${code} (${count})`).join(', ')}`,
    })
  }
}
