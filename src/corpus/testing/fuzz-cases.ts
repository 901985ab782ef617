import type { Random } from '../../base/random.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'

/** What a reader must find in a sentence: its words or its text, and the entities with their words. */
export interface ExpectedSentence {
  readonly tokens?: readonly string[]
  readonly text?: string
  /** The text of each entity without white space, and its type, in order. */
  readonly entities: readonly (readonly [string, string])[]
}

/** A file, written here and not by the program's writers, and what is in it. */
export interface FuzzCase {
  readonly name: string
  readonly text: string
  readonly options: ReadOptions
  readonly expected: readonly ExpectedSentence[]
  /** Reads another kind of file than text, of which `text` is a form. Default: `readText`. */
  readonly read?: (text: string, options: ReadOptions) => AsyncIterable<Sentence>
  /** Changes `text` otherwise than `mutate`. */
  readonly mutate?: (text: string, random: Random) => string
}

export interface Word {
  readonly text: string
  /** The entity that it belongs to, by number. */
  readonly entity: number
}
export interface Words {
  readonly words: readonly Word[]
  readonly types: readonly string[]
}

const WORDS = [
  ...[
    'Ada',
    'wrote',
    'to',
    'Zoë',
    'São',
    'x1',
    '42',
    '3.5',
    '2024-01-02',
    'O',
    'B-PER',
    '-',
    '_',
    '#1',
    '“',
    '…',
  ],
  ...[
    '😀',
    '👩‍👩‍👧',
    'e\u0301',
    '東京',
    'كتاب',
    'הוא',
    'don’t',
    "O'Neill",
    'a=b',
    'a|b',
    'A&B',
    '100%',
    '\u200bx',
    'NaN',
    'null',
  ],
]
const TYPES = ['PER', 'LOC', 'ORG', 'creative-work', '人名', 'T1']

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]
}

/** One to eight words; one in three begins an entity. */
function makeWords(random: Random, isAllowed: (word: string) => boolean): Words {
  const types: string[] = []
  const words: Word[] = []
  const pool = WORDS.filter(isAllowed)
  const length = 1 + random.below(8)
  let left = 0
  for (let i = 0; i < length; i++) {
    if (left > 0) left--
    else if (random.below(3) === 0) {
      types.push(pick(random, TYPES))
      left = random.below(3)
      words.push({ text: pick(random, pool), entity: types.length - 1 })
      continue
    } else {
      words.push({ text: pick(random, pool), entity: -1 })
      continue
    }
    words.push({ text: pick(random, pool), entity: types.length - 1 })
  }
  return { words, types }
}

export function tagsOf({ words, types }: Words): string[] {
  const spans = types.map((type, entity) => ({
    type,
    start: words.findIndex(word => word.entity === entity),
    end: words.findLastIndex(word => word.entity === entity) + 1,
  }))
  return encodeSpans(spans, words.length, 'BIO')
}

export function entitiesOf({ words, types }: Words): [string, string][] {
  return types.map((type, entity) => [
    words
      .filter(word => word.entity === entity)
      .map(({ text }) => text)
      .join('')
      .replaceAll(/\s/gu, ''),
    type,
  ])
}

export const asTokens = (all: readonly Words[]): ExpectedSentence[] =>
  all.map(each => ({ tokens: each.words.map(({ text }) => text), entities: entitiesOf(each) }))

export function many(random: Random, isAllowed: (word: string) => boolean = () => true): Words[] {
  return Array.from({ length: 1 + random.below(4) }, () => makeWords(random, isAllowed))
}

export function conll(random: Random): FuzzCase {
  const separator = pick(random, ['\t', ' '])
  // A word that begins with # could be a comment, and a line of a number and a word could be numbered.
  const all = many(random, word => !word.startsWith('#') && !/^\d+$/.test(word))
  const end = pick(random, ['\n', '\r\n'])
  const text = all
    .map(each => {
      const tags = tagsOf(each)
      return each.words.map((word, i) => `${word.text}${separator}${tags[i]}${end}`).join('') + end
    })
    .join('')
  const mark = random.below(4) === 0 ? `-DOCSTART-${separator}O${end}${end}` : ''
  return { name: 'a.conll', text: mark + text, options: {}, expected: asTokens(all) }
}

export function conllu(random: Random): FuzzCase {
  const kind = random.below(3)
  const all = many(random, word => !word.startsWith('#'))
  const row = (id: string, word: string, tag: string) =>
    [
      `${id}\t${word}\t${tag}\n`,
      `${id}\t${word}\t${tag}\t-\tann\n`,
      `${id}\t${word}\t_\tX\tX\t_\t0\tdep\t_\t${tag === 'O' ? 'SpaceAfter=No' : `SpaceAfter=No|NER=${tag}`}\n`,
    ][kind]
  const text = all
    .map((each, s) => {
      const tags = tagsOf(each)
      const rows = each.words.map(({ text }, i) => {
        const range = random.below(6) === 0 ? row(`${i + 1}-${i + 2}`, 'xx', kind === 2 ? 'O' : '_') : ''
        return range + row(`${i + 1}`, text, tags[i])
      })
      return `# sent_id = ${s}\n${random.below(2) ? '# text = a b\n' : ''}${rows.join('')}\n`
    })
    .join('')
  const options = kind === 2 && !all.some(({ types }) => types.length > 0) ? { tagColumn: 'none' } : {}
  return { name: pick(random, ['a.conllu', 'a.iob2']), text, options, expected: asTokens(all) }
}

/** A text of words with spaces, and its entities' offsets. Entities may begin and end within words. */
export function makeText(random: Random) {
  const made = makeWords(random, () => true)
  let text = pick(random, ['', ' ', '😀 '])
  const starts: number[] = []
  const ends: number[] = []
  made.words.forEach((word, i) => {
    if (i > 0) text += made.words[i - 1].entity === word.entity || random.below(4) > 0 ? ' ' : '. '
    if (word.entity >= 0 && starts.length === word.entity) starts.push(text.length)
    text += word.text
    if (word.entity >= 0) ends[word.entity] = text.length
  })
  const spans = made.types.map((type, i) => ({ start: starts[i], end: ends[i], type }))
  return { text, spans, expected: { text, entities: entitiesOf(made) } satisfies ExpectedSentence }
}

/** Offsets of the same places in another unit. Slow and simple. */
export function inUnit(text: string, at: number, unit: string): number {
  const before = text.slice(0, at)
  if (unit === 'codepoint') return [...before].length
  return unit === 'byte' ? new TextEncoder().encode(before).length : at
}

const LABEL_KEYS = ['entities', 'spans', 'label', 'labels', 'ents', 'annotations', 'annotation']

export function jsonl(random: Random): FuzzCase {
  // Of a record that does not decide it, no option says the unit: what Python programs write must be read so, or refused.
  const isTold = random.below(3) > 0
  const unit = isTold ? pick(random, ['utf16', 'codepoint', 'byte'] as const) : 'codepoint'
  const key = pick(random, LABEL_KEYS)
  const shape = random.below(4)
  const made = Array.from({ length: 1 + random.below(4) }, () => makeText(random))
  const records = made.map(({ text, spans }) => {
    const labels = spans.map(({ start, end, type }) => {
      const [from, to] = [inUnit(text, start, unit), inUnit(text, end, unit)]
      return [
        { start: from, end: to, type },
        { start: from, end: to, label: type },
        { start_offset: from, end_offset: to, label: type },
        [from, to, type],
      ][shape]
    })
    return { text, [key]: key === 'annotations' && shape === 1 ? { entities: labels } : labels }
  })
  const text =
    random.below(8) === 0
      ? JSON.stringify(records)
      : records.map(each => `${JSON.stringify(each)}\n`).join('')
  return {
    name: 'a.jsonl',
    text,
    options: isTold ? { offsets: unit } : {},
    expected: made.map(({ expected }) => expected),
  }
}

export function jsonlTokens(random: Random): FuzzCase {
  const key = pick(random, ['tags', 'ner_tags', 'labels'])
  const all = many(random)
  const text = all
    .map(each => `${JSON.stringify({ tokens: each.words.map(({ text }) => text), [key]: tagsOf(each) })}\n`)
    .join('')
  return { name: 'a.jsonl', text, options: {}, expected: asTokens(all) }
}

export function markup(random: Random): FuzzCase {
  const made = Array.from({ length: 1 + random.below(4) }, () => makeText(random))
  const text = made
    .map(({ text, spans }) => {
      let line = ''
      let at = 0
      for (const { start, end, type } of spans) {
        line += `${text.slice(at, start)}[${text.slice(start, end)}](${type})`
        at = end
      }
      return `${line}${text.slice(at)}\n`
    })
    .join('')
  return { name: 'a.markup', text, options: {}, expected: made.map(({ expected }) => expected) }
}

export function csv(random: Random): FuzzCase {
  const separator = pick(random, [',', ';', '\t'])
  const quoted = (text: string) =>
    text.includes(separator) || text.includes('"') || random.below(4) === 0
      ? `"${text.replaceAll('"', '""')}"`
      : text
  const all = many(random)
  const rows = all.flatMap((each, s) => {
    const tags = tagsOf(each)
    return each.words.map(({ text }, i) => [`Sentence: ${s + 1}`, text, tags[i]])
  })
  const text = [['Sentence #', 'Word', 'Tag'], ...rows]
    .map(row => `${row.map(quoted).join(separator)}\n`)
    .join('')
  return { name: 'a.csv', text, options: {}, expected: asTokens(all) }
}

export function csvLists(random: Random): FuzzCase {
  const all = many(random, word => !word.includes("'"))
  const list = (items: readonly string[]) => `"[${items.map(item => `'${item}'`).join(', ')}]"`
  const rows = all.map(
    (each, s) => `${s},${list(each.words.map(({ text }) => text))},${list(tagsOf(each))}\n`,
  )
  return { name: 'a.csv', text: `id,tokens,ner_tags\n${rows.join('')}`, options: {}, expected: asTokens(all) }
}
