import { realpathSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { option, say } from '../../base/fault.js'
import { filesIn, isFolder, isPattern, matchingFiles } from '../../base/node/matching-files.js'
import { fileFault } from '../../base/place-fault.js'
import { plural } from '../../base/plural.js'
import { CorpusError } from '../corpus-error.js'
import { FORMAT_KINDS } from '../formats.js'
import type { ReadOptions } from '../read-options.js'
import { bratPair } from './read-brat-pair.js'

/** Ends of names that corpora have, besides those that tell the format. */
const TEXT_ENDINGS = ['txt', 'tsv', 'json', 'train', 'dev', 'test', 'sgml', 'sgm', 'xml', 'dat', 'data']

/** Whether a path is a folder or a pattern, so that it may stand for several files. */
export function standsForSeveral(path: string): boolean {
  return isPattern(path) || isFolder(path)
}

/**
 * The corpus files that a folder or a pattern stands for, in the order of their paths. Of a folder, those whose names end like a
 * corpus's; a note says how many others were left out. The two files of a document in brat are one.
 * @throws CorpusError `corpus/file` if there is none
 */
export async function corpusFiles(path: string, { onNote, format }: ReadOptions): Promise<string[]> {
  const folder = isFolder(path)
  const all = folder ? listFolder(path) : await matchingFiles(path)
  const isCorpus = (file: string) => !folder || isCorpusName(file)
  const mayBePair = format === undefined || format === 'brat'
  const known = new Map<string, string>()
  const repeated: string[] = []
  const kept = all.filter(file => {
    if (!isCorpus(file)) return false
    const text = mayBePair ? bratPair(file)?.text : undefined
    const document = realPath(text ?? file)
    const before = known.get(document)
    known.set(document, file)
    // The two files of a pair are met beside each other, and all else is a file under another name.
    if (before !== undefined && (text === undefined || bratPair(before)?.text !== text)) repeated.push(file)
    return before === undefined
  })
  const others = all.filter(file => !isCorpus(file) && !isSettingOfBrat(file)).length
  const left = `${others} ${plural(others, 'other file')}`
  if (kept.length === 0)
    throw new CorpusError('corpus/file', {
      where: { file: path },
      expected: folder ? 'a folder with corpus files' : 'a file, or a pattern that matches some',
      got: folder ? (others === 0 ? 'an empty one' : `one with ${left}`) : 'no file that matches',
      remedy: folder ? 'name the files themselves, or a pattern' : 'check the path',
    })
  if (format === undefined) checkAnnotated(kept)
  if (others > 0)
    onNote?.({
      code: 'files-left-out',
      where: { file: path },
      message: `${left} left out: of a folder, files whose names end like a corpus's are read`,
    })
  if (repeated.length > 0)
    onNote?.({
      code: 'repeated-files',
      where: { file: path },
      message: `${repeated.length} ${plural(repeated.length, 'link')} to files that are read already: ${shownList(repeated)}`,
    })
  return kept
}

/** @throws CorpusError for a text without annotations beside others that have them: nobody may have annotated it */
function checkAnnotated(files: readonly string[]): void {
  const folders = new Set(files.filter(file => bratPair(file)).map(file => dirname(file)))
  const bare = files.filter(file => /\.txt$/i.test(file) && folders.has(dirname(file)) && !bratPair(file))
  if (bare.length === 0) return
  const more = bare.length > 1 ? `, and ${bare.length - 1} more texts without one` : ''
  throw new CorpusError('corpus/file', {
    code: 'no-annotations',
    where: { file: bare[0] },
    expected: 'a .ann file beside it, as brat makes for each text, also for one without entities',
    got: `none, while other texts of the folder have one${more}`,
    remedy: say`add an empty .ann file if the text has no entities, or read it as unlabeled with ${option('format', 'brat')}`,
  })
}

const MOST_SHOWN = 3

function shownList(files: readonly string[]): string {
  const more = files.length - MOST_SHOWN
  return files.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** The file that a path leads to, whatever links are on the way. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function isCorpusName(path: string): boolean {
  const ending = extname(path).slice(1).toLowerCase()
  // A document of brat may have any name.
  if (bratPair(path)) return true
  if (/^(dataset_info|dataset_dict|dataset_infos|state)\.json$/i.test(basename(path))) return false
  if (/^(readme|license|licence|annotation|visual|tools|kb_shortcuts)\b/i.test(basename(path))) return false
  return (
    TEXT_ENDINGS.includes(ending) ||
    Object.values(FORMAT_KINDS).some(({ extensions }) => extensions.includes(ending))
  )
}

/** Brat keeps its settings in the folders of its documents. */
function isSettingOfBrat(path: string): boolean {
  return /^(annotation|visual|tools|kb_shortcuts|\.stats_cache)(\.conf)?$/.test(basename(path))
}

function listFolder(path: string): string[] {
  try {
    return filesIn(path)
  } catch (error) {
    const got = fileFault(error)
    if (got === undefined) throw error
    throw new CorpusError('corpus/file', { where: { file: path }, expected: 'a folder to read', got })
  }
}
