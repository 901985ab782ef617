/** Tables of texts and the ranges of their entities: which columns have them, and what a range looks like. */
import { isRecord } from '../../base/json-types.js'
import { isTag } from '../../tags/scheme.js'
import { normalHeader } from '../columns.js'
import { refuse } from '../read-context.js'
import type { CsvRow } from './rows.js'

/** Header names by meaning, with letters and digits only. The first one that is present counts. */
const NAMES = {
  text: ['text', 'sentence', 'sourcetext', 'fulltext', 'content', 'unmaskedtext', 'generatedtext'],
  spans: [
    'entities',
    'spans',
    'annotations',
    'annotation',
    'ents',
    'privacymask',
    'piispans',
    'nerspans',
    'entityspans',
  ],
  /** They may be tags too: the values decide. */
  labels: ['labels', 'label', 'ner', 'tags'],
  start: [
    'start',
    'startoffset',
    'begin',
    'startchar',
    'startposition',
    'startidx',
    'startindex',
    'startpos',
    'beginoffset',
  ],
  end: ['end', 'endoffset', 'endchar', 'endposition', 'endidx', 'endindex', 'endpos', 'stop'],
  type: ['label', 'type', 'entitytype', 'entitylabel', 'tag', 'class', 'category', 'entitygroup', 'entity'],
  id: ['id', 'textid', 'docid', 'documentid', 'sentenceid', 'recordid', 'uid', 'document', 'doc'],
  mention: ['mention', 'entitytext', 'entityvalue', 'spantext', 'value', 'word', 'surface', 'entity'],
} as const

type Meaning = keyof typeof NAMES
/** Headers of tables of words. */
const WORDS: readonly string[] = ['word', 'token', 'words', 'tokens', 'form']

/** The columns of a table of spans, as indices; −1 for one that is not there. */
export type SpanColumns =
  | { readonly kind: 'lists'; readonly text: number; readonly spans: number }
  | {
      readonly kind: 'rows'
      readonly text: number
      readonly start: number
      readonly end: number
      readonly type: number
      readonly id: number
      readonly mention: number
    }

function finder(headers: readonly string[]) {
  const normal = headers.map(normalHeader)
  // Kaggle's `Sentence #` beside `Word` numbers the sentences.
  if (normal.some(header => WORDS.includes(header))) normal[normal.indexOf('sentence')] = ''
  return (meaning: Meaning, ...taken: number[]): number => {
    for (const name of NAMES[meaning]) {
      const at = normal.findIndex((header, i) => header === name && !taken.includes(i))
      if (at >= 0) return at
    }
    return -1
  }
}

/** Whether a header is one of a text and of spans, whatever the rows are. */
export function isSpanHeader(headers: readonly string[]): boolean {
  const find = finder(headers)
  const hasRange = find('start') >= 0 && find('end') >= 0 && find('type') >= 0
  return find('text') >= 0 && (find('spans') >= 0 || hasRange)
}

/**
 * Where the text and its spans are.
 * @returns `undefined` for another table, `unsure` where only a later row can tell
 */
export function spanColumns(headers: readonly string[], row: CsvRow): SpanColumns | 'unsure' | undefined {
  const find = finder(headers)
  const text = find('text')
  if (text < 0) return undefined
  const [start, end] = [find('start'), find('end')]
  const type = find('type', text)
  // A row for each word may have its place in the text, too.
  const ofWords = headers.some(each => WORDS.includes(normalHeader(each))) && isTag(row.fields[type] ?? '')
  if (start >= 0 && end >= 0 && type >= 0 && !ofWords) {
    const id = find('id', text)
    return { kind: 'rows', text, start, end, type, id, mention: find('mention', text, type) }
  }
  const named = find('spans')
  const spans = named >= 0 ? named : find('labels')
  if (spans < 0) return undefined
  const field = row.fields[spans] ?? ''
  if (/^\s*(\[\s*[[({]|\{)/.test(field)) return { kind: 'lists', text, spans }
  if (!/^\s*(\[\s*\])?\s*$/.test(field)) return undefined
  return named >= 0 ? { kind: 'lists', text, spans } : 'unsure'
}

/** The entities in a list, as records have them. @throws RowError */
export function spansIn(value: unknown, text: string): Record<string, unknown>[] {
  const list = isRecord(value) && 'entities' in value ? value.entities : value
  if (!Array.isArray(list)) return refuse('bad-list', 'a list of entities', value)
  return list.map(each => (Array.isArray(each) ? fromTuple(each, text) : fromDictionary(each)))
}

/** `(0, 3, "PER")`, `("PER", 0, 3)`, `("Ada", 0, 3, "PER")`. */
function fromTuple(items: readonly unknown[], text: string): Record<string, unknown> {
  const numbers = items.filter(item => typeof item === 'number')
  const names = items.filter(item => typeof item === 'string')
  const [start, end] = numbers
  if (numbers.length !== 2 || names.length === 0 || names.length > 2) return refuseSpan(items)
  if (names.length === 1) return { start, end, type: names[0] }
  const covered = names.find(name => text.includes(name))
  const type = names.find(name => name !== covered) ?? names[1]
  return covered === undefined ? refuseSpan(items) : { start, end, type, text: covered }
}

function fromDictionary(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) return refuseSpan(value)
  const keys = Object.keys(value)
  const find = finder(keys)
  const at = (meaning: Meaning, ...taken: number[]) => {
    const found = find(meaning, ...taken)
    return { index: found, value: found < 0 ? undefined : value[keys[found]] }
  }
  const type = at('type')
  const label = type.index < 0 ? at('labels') : type
  const covered = at('mention', label.index)
  const own = covered.index < 0 ? value.text : covered.value
  return {
    start: at('start').value,
    end: at('end').value,
    type: Array.isArray(label.value) && label.value.length === 1 ? label.value[0] : label.value,
    ...(typeof own === 'string' && { text: own }),
  }
}

function refuseSpan(got: unknown): never {
  return refuse('bad-entity', 'entities such as (0, 3, "PER") or {"start": 0, "end": 3, "label": "PER"}', got)
}
