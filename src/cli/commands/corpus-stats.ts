import type { Encoding } from '../../corpus/decode.js'
import type { Format } from '../../corpus/format.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import { type CorpusStats, StatsCollector } from '../../corpus/stats/collect-stats.js'
import { type Column, type Paint, PLAIN, textTableLines } from '../../evaluate/text-table.js'
import type { AddCommand } from '../main.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite corpus stats train.conll
  nerite corpus stats --json ner_dataset.csv --encoding windows-1252`

/** The figures, and how the file was read. */
export interface FileStats extends CorpusStats {
  readonly file: string
  readonly format: Format
  readonly encoding: Encoding
  readonly notes: readonly string[]
}

export const addCorpusStats: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('stats')
      .description('count sentences, tokens, entities and types; lengths, frequent and ambiguous mentions')
      .argument('<file>', 'a corpus as conll, csv, jsonl or markup')
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (file: string, flags: ReadingFlags & { json?: boolean }) => {
    const found: { format: Format; encoding: Encoding } = { format: 'conll', encoding: 'utf-8' }
    const notes: string[] = []
    const options = toReadOptions(flags, context)
    const collector = new StatsCollector()
    const sentences = readSentences(file, {
      ...options,
      columns: false,
      onFormat: format => void (found.format = format),
      onEncoding: encoding => void (found.encoding = encoding),
      onNote: note => {
        notes.push(note)
        options.onNote?.(note)
      },
    })
    for await (const sentence of sentences) collector.add(sentence)
    const stats: FileStats = { ...collector.result(), file, ...found, notes }
    context.print(
      flags.json ? `${JSON.stringify(stats)}\n` : `${formatStats(stats, context.colors).join('\n')}\n`,
    )
  })
}

/** The figures as lines of text. */
export function formatStats(stats: FileStats, paint: Paint = PLAIN): string[] {
  const { sentences, tokens, entities, documents } = stats
  const parts = documents === null ? '' : `, ${number(documents)} documents`
  const faults = stats.illFormed > 0 ? `, ${number(stats.illFormed)} ill-formed tags` : ''
  return [
    `${stats.file}: ${stats.format}, ${stats.encoding}, scheme ${stats.scheme ?? 'none (no entity)'}${faults}`,
    `${number(sentences)} sentences, ${number(tokens)} tokens, ${number(entities)} entities${parts}`,
    `${atLeast(stats.vocabulary)} different words, ${atLeast(stats.mentions)} different mentions`,
    `${share(stats.outside)} of tokens are outside of entities: a tagger that finds nothing has that token accuracy`,
    `${share(sentences > 0 ? stats.sentencesWithoutEntities / sentences : null)} of sentences hold no entity, ` +
      `${decimal(stats.entitiesPerSentence)} entities a sentence`,
    ...sentenceLengths(stats),
    ...typeTable(stats, paint),
    ...ambiguity(stats, paint),
  ]
}

function sentenceLengths({ sentenceLength }: FileStats): string[] {
  if (!sentenceLength) return []
  const { min, median, mean, p95, max } = sentenceLength
  return [
    `tokens a sentence: ${min} to ${max}, median ${median}, mean ${decimal(mean)}, 19 in 20 up to ${p95}`,
  ]
}

function typeTable(stats: FileStats, paint: Paint): string[] {
  if (stats.entities === 0) return []
  const rows = Object.entries(stats.types).map(([type, count]) => {
    const length = stats.entityLength[type]
    const mentions = stats.commonest[type].slice(0, 4).map(each => `${each.mention} (${number(each.count)})`)
    return [
      type,
      number(count),
      share(count / stats.entities),
      decimal(length?.mean ?? null),
      String(length?.max ?? ''),
      mentions.join(', '),
    ]
  })
  const columns = ['type', 'entities', 'share', 'tokens each', 'longest', left('most frequent')]
  return ['', ...textTableLines(columns, rows, paint)]
}

function ambiguity({ ambiguous, mentions }: FileStats, paint: Paint): string[] {
  if (ambiguous.mentions === 0) return []
  const examples = ambiguous.examples.map(({ mention, types }) => [
    mention,
    Object.entries(types)
      .map(([type, count]) => `${type} ${number(count)}`)
      .join(', '),
  ])
  return [
    '',
    `${number(ambiguous.mentions)} of ${atLeast(mentions)} mentions have more than one type:`,
    ...textTableLines(['mention', left('types')], examples, paint),
  ]
}

function left(heading: string): Column {
  return { heading, align: 'left' }
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}

function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)}%`
}

function atLeast({ distinct, exact }: { readonly distinct: number; readonly exact: boolean }): string {
  return exact ? number(distinct) : `more than ${number(distinct)}`
}
