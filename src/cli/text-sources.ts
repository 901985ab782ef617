/** What `nerite predict` tags: texts on the command line, files, folders, standard input. */
import { type Message, option, say } from '../base/fault.js'
import { isFolder, isPattern, matchingFiles } from '../base/node/matching-files.js'
import type { ReadOptions } from '../corpus/read-options.js'
import type { Recognizer } from '../recognize/recognizer.js'
import { isRunningText, textFilesIn } from '../workflows/node/text-files.js'
import { predictTexts } from '../workflows/predict-texts.js'
import type { Prediction } from '../workflows/prediction.js'
import type { CliContext } from './context.js'
import { argumentError, optionError } from './options.js'
import { checkStandardInput, checkTextFile, linesOf, wholeText } from './text-pieces.js'

export interface SourceFlags {
  readonly text?: readonly string[]
  readonly whole: boolean
  readonly lines: boolean
  readonly tokens: boolean
  readonly encoding?: string
}

export interface TextSource {
  /** Absent for standard input. */
  readonly file?: string
  /** What it is called in messages and records. */
  readonly name: string
  /** Whether it is one text; else each of its lines is. */
  readonly isWhole: boolean
}

const STANDARD_INPUT = 'standard input'

/**
 * The files that are named or match a pattern, those in folders that are named, or standard input; none for texts on the command line.
 * @throws InputError `cli/options`, `cli/arguments` for what does not go together or is not there; `text/folder`
 */
export async function textSources(
  files: readonly string[],
  flags: SourceFlags,
  { note, log }: Pick<CliContext, 'note' | 'log'>,
): Promise<TextSource[]> {
  checkFlags(files, flags)
  if (flags.text) return []
  const named = files.length === 0 ? ['-'] : files
  if (named.filter(file => file === '-').length > 1) throw argumentError('-', STANDARD_INPUT, 'it twice')
  const sources: TextSource[] = []
  for (const file of named)
    if (file === '-') {
      checkStandardInput()
      if (process.stdin.isTTY) log('each line that you type is tagged; Ctrl-D ends')
      sources.push({ name: STANDARD_INPUT, isWhole: flags.whole })
    } else
      for (const own of flags.tokens ? corpusNamed(file) : await textsNamed(file, note))
        sources.push({
          file: own,
          name: own,
          isWhole: flags.whole || (isRunningText(own) && !flags.lines),
        })
  return sources
}

/** Folders and patterns of corpora are the readers' business. */
function corpusNamed(file: string): string[] {
  if (!isPattern(file)) checkTextFile(file)
  return [file]
}

async function textsNamed(file: string, note: CliContext['note']): Promise<string[]> {
  if (!isPattern(file)) {
    checkTextFile(file)
    return isFolder(file) ? textFilesIn(file, note) : [file]
  }
  const found = await matchingFiles(file)
  if (found.length > 0) return found
  throw argumentError(
    file,
    'a file to tag, or a pattern that matches some',
    'no file that matches',
    'check the path',
  )
}

function checkFlags(files: readonly string[], { text, whole, lines, tokens, encoding }: SourceFlags): void {
  const input: Message = 'a file or standard input to tag'
  if (text && files.length > 0) throw optionError('text', 'no file with it', JSON.stringify(files[0]))
  if (text && encoding !== undefined)
    throw optionError('encoding', input, say`${option('text')}, which is decoded already`)
  for (const [name, isGiven] of Object.entries({ whole, lines })) {
    if (!isGiven) continue
    if (text) throw optionError(name, input, say`${option('text')}, which is always whole`)
    if (tokens) throw optionError(name, say`no ${option('tokens')} with it`, 'both')
  }
  if (whole && lines) throw optionError('whole', say`no ${option('lines')} with it`, 'both')
  if (tokens && (text || files.length === 0 || files.includes('-')))
    throw optionError('tokens', 'a corpus file', 'none')
}

/** The tagged texts of sources, one after the other. @param nBest the number of each sentence's readings */
export async function* predictSources(
  tagger: Recognizer,
  sources: readonly TextSource[],
  reading: ReadOptions,
  nBest?: number,
): AsyncGenerator<Prediction> {
  // Predictions come in the order of the texts.
  const waiting: string[] = []
  async function* texts() {
    for (const { file, name, isWhole } of sources)
      for await (const text of (isWhole ? wholeText : linesOf)(file, reading)) {
        waiting.push(name)
        yield text
      }
  }
  for await (const prediction of predictTexts(tagger, texts(), nBest))
    yield { ...prediction, file: waiting.shift() }
}

/** As `predictSources`, of corpus files. */
export async function* predictCorpora(
  tagger: Recognizer,
  sources: readonly TextSource[],
  reading: ReadOptions,
  nBest?: number,
): AsyncGenerator<Prediction> {
  const { predictFile } = await import('../workflows/node/predict-file.js')
  for (const { name } of sources)
    for await (const prediction of predictFile(tagger, name, reading, nBest))
      yield { ...prediction, file: prediction.source?.file ?? name }
}
