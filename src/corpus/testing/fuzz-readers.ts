import { isInputError } from '../../base/errors.js'
import type { Note } from '../../base/fault.js'
import { Random } from '../../base/random.js'
import { readText } from '../read-text.js'
import type { Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import type { ExpectedSentence, FuzzCase } from './fuzz-cases.js'
import { FUZZ_KINDS } from './fuzz-kinds.js'
import { mutate } from './fuzz-mutations.js'

/** What happened to one file. */
export interface FuzzResult {
  readonly outcome: 'read' | 'refused'
  readonly isMutated: boolean
  readonly milliseconds: number
}

/** A case that went wrong: what the reader threw, or what it lost. */
export class FuzzFailure extends Error {
  constructor(
    readonly kind: string,
    readonly index: number,
    readonly text: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${kind} ${index}: ${why}\n${JSON.stringify(text)}`, options)
  }
}

/**
 * Makes one file, changes it in three of four cases, and reads it in pieces. The same arguments make the same file.
 *
 * A file as it was made must be read as it was meant, or refused. Of a changed one no word and no label may be lost: what a
 * simple reading of it finds is in a token or a column, or an entity.
 * @throws FuzzFailure where the reader throws anything but an InputError, or loses something
 */
export async function fuzzOne(kind: string, seed: number, index: number): Promise<FuzzResult> {
  const random = Random.fromSeed(seed * 1_000_003 + index)
  const made = FUZZ_KINDS[kind](random)
  const isMutated = random.below(4) > 0
  const text = isMutated ? (made.mutate ?? mutate)(made.text, random) : made.text
  const fail = (why: string, options?: ErrorOptions) => new FuzzFailure(kind, index, text, why, options)
  const from = performance.now()
  let found: { sentences: Sentence[]; notes: string[] } | undefined
  try {
    found = await readPieces({ ...made, text }, random)
  } catch (error) {
    if (!isInputError(error)) throw fail(`threw ${error}`, { cause: error })
    if (error.faults.length === 0 || error.message === '') throw fail('was refused without a reason')
  }
  const milliseconds = performance.now() - from
  if (found) {
    const why = isMutated
      ? lostOf(kind, { ...made, text }, found)
      : differenceOf(made.expected, found.sentences)
    if (why !== undefined) throw fail(why)
  }
  return { outcome: found ? 'read' : 'refused', isMutated, milliseconds }
}

async function readPieces({ text, name, options, read }: FuzzCase, random: Random) {
  const pieces: string[] = []
  const size = random.below(2) === 0 ? text.length + 1 : 1 + random.below(40)
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size))
  const sentences: Sentence[] = []
  const notes: string[] = []
  const noting = { ...options, onNote: (note: Note) => void notes.push(note.code) }
  for await (const sentence of read?.(text, noting) ?? readText(pieces, name, noting))
    sentences.push(sentence)
  return { sentences, notes }
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/gu, '')
}

/** The entities with their text without white space; those that no tags can say are given by offsets. */
function entitiesOf(sentence: Sentence): { readonly surface: string; readonly type: string }[] {
  const { entities, text = '', tokens } = sentence
  return entities
    ? entities.map(({ start, end, type }) => ({ surface: withoutSpace(text.slice(start, end)), type }))
    : spansOf(sentence).map(({ start, end, type }) => ({
        surface: withoutSpace(tokens.slice(start, end).join('')),
        type,
      }))
}

/** How the sentences differ from what was meant. */
function differenceOf(expected: readonly ExpectedSentence[], found: readonly Sentence[]): string | undefined {
  if (expected.length !== found.length) return `${found.length} sentences instead of ${expected.length}`
  for (const [i, { tokens, text, entities }] of expected.entries()) {
    const sentence = found[i]
    const wanted = JSON.stringify([tokens ?? withoutSpace(text ?? ''), entities])
    const surfaces = entitiesOf(sentence).map(({ surface, type }) => [surface, type])
    const got = JSON.stringify([tokens ? sentence.tokens : withoutSpace(sentence.tokens.join('')), surfaces])
    if (wanted !== got) return `sentence ${i} is ${got} instead of ${wanted}`
  }
  return undefined
}

/** Counts of the letters and digits of a text. */
function lettersOf(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const [char] of text.matchAll(/[\p{L}\p{N}]/gu)) counts.set(char, (counts.get(char) ?? 0) + 1)
  return counts
}

/** What a changed file had that the sentences have not. */
function lostOf(
  kind: string,
  { text, options }: Pick<FuzzCase, 'text' | 'options'>,
  { sentences, notes }: { readonly sentences: readonly Sentence[]; readonly notes: readonly string[] },
): string | undefined {
  const spans = sentences.flatMap(entitiesOf)
  const kept = lettersOf([
    ...sentences.flatMap(({ tokens, columns }) => [...tokens, ...Object.values(columns ?? {}).flat()]),
    ...(kind === 'markup' ? spans.map(({ type }) => type) : []),
  ])
  const words = OWN_WORDS[kind]?.(text, notes, options)
  const lost = [...lettersOf(words ?? [])].filter(([char, count]) => (kept.get(char) ?? 0) < count)
  if (lost.length > 0) return `lost ${lost.map(([char]) => char).join(' ')} of ${JSON.stringify(words)}`
  const labels = OWN_LABELS[kind]?.(text, notes) ?? 0
  return spans.length < labels ? `found ${spans.length} entities of ${labels}` : undefined
}

/** The lines without a byte order mark at the file's start, which is no part of the first word. */
const linesOf = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.replace(/\r$/, ''))

/**
 * By kind: the words that a file gives, as a simple reading of its own finds them; `undefined` for a file of which this
 * reading is not sure.
 */
const OWN_WORDS: Readonly<
  Record<
    string,
    (text: string, notes: readonly string[], options: FuzzCase['options']) => string[] | undefined
  >
> = {
  // The first field of each line is a word, and all others are tags or columns.
  conll: (text, notes) =>
    notes.some(code => code.startsWith('numbered') || code === 'comments')
      ? undefined
      : linesOf(text)
          .filter(line => !/^(-DOCSTART-|#)/.test(line))
          .map(line => line.split(/[\t ]/)[0]),
  conllu: (text, _notes, options) =>
    linesOf(text).flatMap(line => {
      const [id, form = ''] = line.split('\t')
      // A number and a tag, and nothing else, are a word and its tag, unless tags are not read.
      if (options?.tagColumn !== 'none' && /^\d+\t(O|[BI]-[^\t]+)\t*$/.test(line)) return [id]
      return /^\d+$/.test(id) ? [form] : []
    }),
  'jsonl-tokens': text =>
    recordsOf(text)?.flatMap(record => (Array.isArray(record.tokens) ? record.tokens.map(String) : [])),
  jsonl: text => recordsOf(text)?.map(record => String(record.text ?? '')),
  csv: text => csvColumn(text, 'Word'),
  // Where nothing is escaped, the letters of a list are those of its words.
  'csv-lists': text => csvColumn(text, 'tokens')?.filter(list => !list.includes('\\')),
  inline: text => (text.includes('&') ? undefined : [text.replaceAll(/<[^<>]*>/g, ' ')]),
  webanno: text =>
    text.includes('\\')
      ? undefined
      : linesOf(text).flatMap(line => /^\d+-\d+\t\d+-\d+\t([^\t]+)\t/.exec(line)?.[1] ?? []),
  opennlp: text => linesOf(text).map(line => line.replaceAll(/<START[^ ]*>|<END>/g, ' ')),
  doccano: text => recordsOf(text)?.map(record => String(record.text ?? '')),
  'ground-truth': text => recordsOf(text)?.map(record => String(record.source ?? '')),
  comprehend: text => recordsOf(text)?.map(record => String(record.Text ?? '')),
  // All but the types of mentions is text.
  markup: text => linesOf(text).filter(line => !line.includes('-DOCSTART-') && !line.includes('\\')),
}

/** By kind: how many entities a file has at least, as a simple reading finds them. */
const OWN_LABELS: Readonly<Record<string, (text: string, notes: readonly string[]) => number>> = {
  // A tag after spaces and nothing else is the only word of its row. A comment that is skipped is no row.
  conll: (text, notes) =>
    linesOf(text).filter(
      line =>
        !(line.startsWith('#') && notes.includes('comments')) &&
        !(line.startsWith('-DOCSTART-') && notes.includes('lost-tags')) &&
        /(\t|[^ ].* )B-[^\t ]+$/.test(line),
    ).length,
  markup: text =>
    text.includes('\\') ? 0 : linesOf(text).reduce((sum, line) => sum + line.split('](').length - 1, 0),
  csv: text => (csvColumn(text, 'Tag') ?? []).filter(tag => /^B-./.test(tag)).length,
  'jsonl-tokens': text =>
    (recordsOf(text) ?? [])
      .flatMap(({ tags, ner_tags: nerTags, labels }) => tags ?? nerTags ?? labels ?? [])
      .filter(tag => typeof tag === 'string' && tag.startsWith('B-')).length,
  // At least one of a record that has a list of labels under any name, unless it is said that this is not read.
  jsonl: (text, notes) =>
    (notes.includes('unread-key') ? [] : (recordsOf(text) ?? [])).filter(record =>
      Object.entries(record).some(
        ([key, value]) => !['tokens', 'columns'].includes(key) && Array.isArray(value) && value.some(isLabel),
      ),
    ).length,
}

function isLabel(value: unknown): boolean {
  if (Array.isArray(value)) return typeof value[0] === 'number' && typeof value[1] === 'number'
  const fields = Object.values((value ?? {}) as Record<string, unknown>)
  return typeof value === 'object' && fields.filter(field => typeof field === 'number').length === 2
}

/**
 * The fields of a column of a well-formed table, in rows as wide as the header; `undefined` of any other table, and of one
 * whose header names the column not once.
 */
function csvColumn(text: string, name: string): string[] | undefined {
  const header = linesOf(text)[0]
  const separator = /^[\w #]+([,;\t])/.exec(header)?.[1] ?? ','
  const headers = header.split(separator)
  const at = headers.indexOf(name)
  if (at < 0 || at !== headers.lastIndexOf(name)) return undefined
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\n]*?))(${separator}|\\r?\\n|$)`, 'y')
  const found: string[] = []
  let row: string[] = []
  while (field.lastIndex < text.length) {
    const match = field.exec(text)
    if (match === null) return undefined
    row.push(match[1]?.replaceAll('""', '"') ?? match[2])
    if (match[3] === separator) continue
    if (row.length === headers.length) found.push(row[at])
    row = []
  }
  return found.slice(1)
}

/** The records of JSON Lines; `undefined` where a line is none, or JSON is not in lines. */
function recordsOf(text: string): Record<string, unknown>[] | undefined {
  try {
    const values = linesOf(text)
      .filter(line => line.trim() !== '')
      .map(line => JSON.parse(line) as unknown)
    return values.flat() as Record<string, unknown>[]
  } catch {
    return undefined
  }
}
