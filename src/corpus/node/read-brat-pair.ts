import { existsSync, statSync } from 'node:fs'
import { readBrat } from '../brat/read-brat.js'
import { CorpusError } from '../corpus-error.js'
import { inOwnTokens } from '../own-tokens.js'
import { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { decodeFile } from './decode-file.js'
import type { ReadReport } from './read-report.js'

/** The two files of a document that was annotated in brat. */
export interface BratPair {
  readonly text: string
  /** Absent for a text that nobody annotated. */
  readonly annotations?: string
}

/** The pair that a path stands for: it ends in `.ann`, or in `.txt` beside a file of the same name that ends in `.ann`. */
export function bratPair(path: string): BratPair | undefined {
  if (/\.ann$/i.test(path)) return { text: `${path.slice(0, -4)}.txt`, annotations: path }
  if (!/\.txt$/i.test(path)) return undefined
  const annotations = `${path.slice(0, -4)}.ann`
  return existsSync(annotations) ? { text: path, annotations } : undefined
}

/**
 * Reads a pair as one record. Both files are read whole, since annotations are in any order: a document is no larger than a book.
 * @param named which of the two the user named
 * @throws CorpusError `corpus/file`, `corpus/encoding`, `corpus/rows`, `corpus/empty`
 */
export async function* readBratPair(
  { text: path, annotations }: BratPair,
  named: string,
  options: ReadOptions & ReadReport,
): AsyncGenerator<Sentence> {
  let isFaulty = false
  const context = new ReadContext(annotations ?? path, {
    ...options,
    ...(options.onFault && {
      onFault: fault => {
        isFaulty = true
        options.onFault?.(fault)
      },
    }),
  })
  options.onFormat?.('brat')
  if (options.format === undefined && named === path)
    context.note('format-found', `${annotations} is beside it, so it is read as a document of brat`)
  if (annotations !== undefined && statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new CorpusError('corpus/file', {
      where: { file: path },
      expected: `the text that ${annotations} is about`,
      got: 'no such file',
      remedy: 'put the .txt file beside the .ann file, as brat does',
    })
  if (annotations === undefined)
    context.note('no-annotations', 'no .ann file is beside it, so it is read as unlabeled')
  const text = await wholeText(path, options)
  const lines =
    annotations === undefined
      ? undefined
      : (await wholeText(annotations, { ...options, onEncoding: undefined })).split(/\r?\n/)
  const sentence = readBrat(text, lines, context, options)
  context.throwFaults()
  if (sentence === undefined && isFaulty) return
  if (sentence === undefined)
    throw new CorpusError('corpus/empty', {
      where: { file: path },
      expected: 'a text with words',
      got: text === '' ? 'an empty file' : 'white space',
    })
  if (options.tokens === 'own') yield* inOwnTokens(once(sentence))
  else yield sentence
}

async function* once(sentence: Sentence): AsyncGenerator<Sentence> {
  yield sentence
}

async function wholeText(path: string, options: ReadOptions & ReadReport): Promise<string> {
  let text = ''
  for await (const piece of decodeFile(path, options)) text += piece
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
