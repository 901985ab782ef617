import type { Random } from '../../base/random.js'
import { readBrat } from '../brat/read-brat.js'
import { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { asTokens, type FuzzCase, inUnit, makeText, many, pick, type Words } from './fuzz-cases.js'

const texts = (random: Random) => Array.from({ length: 1 + random.below(4) }, () => makeText(random))
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function inline(random: Random): FuzzCase {
  const isMuc = random.below(3) === 0
  const made = texts(random)
  const text = made
    .map(({ text, spans }) => {
      let line = ''
      let at = 0
      for (const { start, end, type } of spans) {
        const [open, close] = isMuc ? [`<ENAMEX TYPE="${type}">`, '</ENAMEX>'] : [`<${type}>`, `</${type}>`]
        line += `${escaped(text.slice(at, start))}${open}${escaped(text.slice(start, end))}${close}`
        at = end
      }
      return `${line}${escaped(text.slice(at))}\n`
    })
    .join('')
  return {
    name: 'a.txt',
    text,
    options: { format: 'inline' },
    expected: made.map(({ expected }) => expected),
  }
}

function webanno(random: Random): FuzzCase {
  const all = many(random, word => !/[_|*;\\]/.test(word))
  let text =
    '#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n'
  let base = 0
  for (const [s, each] of all.entries()) {
    const words = each.words.map(({ text }) => text)
    text += `\n#Text=${words.join(' ')}\n`
    let at = base
    for (const [i, { text: word, entity }] of each.words.entries()) {
      const value =
        entity < 0 ? '_\t_' : `*[${entity + 1 + 10 * s}]\t${each.types[entity]}[${entity + 1 + 10 * s}]`
      text += `${s + 1}-${i + 1}\t${at}-${at + word.length}\t${word}\t${value}\t\n`
      at += word.length + 1
    }
    base = at
  }
  return { name: 'a.tsv', text, options: {}, expected: asTokens(all) }
}

/** The brackets of each word in OntoNotes. */
function brackets({ words, types }: Words): string[] {
  return words.map(({ entity }, i) => {
    if (entity < 0) return '*'
    const isFirst = words[i - 1]?.entity !== entity
    const isLast = words[i + 1]?.entity !== entity
    if (isFirst && isLast) return `(${types[entity]})`
    return isFirst ? `(${types[entity]}*` : isLast ? '*)' : '*'
  })
}

function ontonotes(random: Random): FuzzCase {
  const all = many(random, word => !word.startsWith('#') && !/^\/?[.?-]$/.test(word))
  const rows = all.map(each => {
    const marks = brackets(each)
    return `${each.words.map(({ text }, i) => `a/b/c 0 ${i} ${text} NN * - - - sp ${marks[i]} -\n`).join('')}\n`
  })
  const text = `#begin document (a/b/c); part 000\n${rows.join('')}#end document\n`
  return { name: 'a.v4_gold_conll', text, options: {}, expected: asTokens(all) }
}

function opennlp(random: Random): FuzzCase {
  const all = many(random)
  const text = all
    .map(({ words, types }) => {
      const parts = words.flatMap(({ text, entity }, i) => [
        ...(entity >= 0 && words[i - 1]?.entity !== entity ? [`<START:${types[entity]}>`] : []),
        text,
        ...(entity >= 0 && words[i + 1]?.entity !== entity ? ['<END>'] : []),
      ])
      return `${parts.join(' ')}\n`
    })
    .join('')
  return { name: 'a.train', text, options: { format: 'opennlp' }, expected: asTokens(all) }
}

/** Rows with labels that have no prefix. Neighbors of the same type would be one entity. */
function bare(random: Random): FuzzCase {
  const all = many(random, word => !word.startsWith('#') && !/^\d+$/.test(word)).map(
    ({ words }): Words => ({
      words: words.map(({ text }, i) => ({ text, entity: i % 3 === 1 ? Math.floor(i / 3) : -1 })),
      types: words.filter((_, i) => i % 3 === 1).map(() => pick(random, ['person', 'location-city', 'ORG'])),
    }),
  )
  const kind = random.below(3)
  const labels = (each: Words) => each.words.map(({ entity }) => each.types[entity] ?? 'O')
  const text = [
    () => all.map(each => `${each.words.map(({ text }, i) => `${text}\t${labels(each)[i]}\n`).join('')}\n`),
    () =>
      all.map(
        each => `${JSON.stringify({ tokens: each.words.map(({ text }) => text), tags: labels(each) })}\n`,
      ),
    () => [
      'sentence\tword\ttag\n',
      ...all.map((each, s) =>
        each.words.map(({ text }, i) => `${s}\t${text}\t${labels(each)[i]}\n`).join(''),
      ),
    ],
  ]
    [kind]()
    .join('')
  const isPlain = !all.some(({ types }) => types.length > 0)
  return {
    name: ['a.conll', 'a.jsonl', 'a.csv'][kind],
    text,
    options: isPlain ? { tagColumn: 'none' } : {},
    expected: asTokens(all).map(each => (isPlain ? { ...each, entities: [] } : each)),
  }
}

function csvSpans(random: Random): FuzzCase {
  const made = texts(random)
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const points = ({ text, spans }: (typeof made)[number]) =>
    spans.map(({ start, end, type }) => ({
      start: inUnit(text, start, 'codepoint'),
      end: inUnit(text, end, 'codepoint'),
      type,
    }))
  const isList = random.below(2) === 0
  const rows = made.flatMap((each, i) =>
    isList
      ? [
          `${i},${quoted(each.text)},${quoted(
            `[${points(each)
              .map(({ start, end, type }) => `(${start}, ${end}, '${type}')`)
              .join(', ')}]`,
          )}`,
        ]
      : each.spans.length === 0
        ? [`${i},${quoted(each.text)},,,`]
        : points(each).map(({ start, end, type }) => `${i},${quoted(each.text)},${start},${end},${type}`),
  )
  const header = isList ? 'id,text,entities' : 'id,text,start,end,label'
  return {
    name: 'a.csv',
    text: `${[header, ...rows].join('\n')}\n`,
    options: { offsets: 'codepoint' },
    expected: made.map(({ expected }) => expected),
  }
}

const BETWEEN = '\n=====\n'

/** A text and its annotations in one string. */
function brat(random: Random): FuzzCase {
  const made = makeText(random)
  const lines = made.spans.map(({ start, end, type }, i) => {
    const range = `${inUnit(made.text, start, 'codepoint')} ${inUnit(made.text, end, 'codepoint')}`
    return `T${i + 1}\t${type} ${range}\t${made.text.slice(start, end)}\n`
  })
  return {
    name: 'a.ann',
    text: `${made.text}${BETWEEN}${lines.join('')}${pick(random, ['', '#1\tNote T1\tx\n', '*\tEquiv T1 T2\n'])}`,
    options: {},
    expected: [made.expected],
    read: readBratText,
  }
}

async function* readBratText(both: string, options: ReadOptions): AsyncGenerator<Sentence> {
  const [text, annotations = ''] = both.split(BETWEEN)
  const context = new ReadContext('a.ann', options)
  const sentence = readBrat(text, annotations.split(/\r?\n/), context, options)
  context.throwFaults()
  if (sentence) yield sentence
}

export const TEXT_KINDS: Readonly<Record<string, (random: Random) => FuzzCase>> = {
  inline,
  webanno,
  ontonotes,
  opennlp,
  bare,
  'csv-spans': csvSpans,
  brat,
}
