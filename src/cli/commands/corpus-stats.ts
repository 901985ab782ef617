import { formatCount } from '../../evaluate/format-number.js'
import { type Column, type Paint, textTableLines } from '../../evaluate/text-table.js'
import { type FileStats, fileStats } from '../../workflows/node/file-stats.js'
import type { AddCommand } from '../context.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite corpus stats train.conll
  nerite corpus stats --json ner_dataset.csv --encoding windows-1252`

export const addCorpusStats: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('stats')
      .description('count sentences, tokens, entities and types; lengths, frequent and ambiguous mentions')
      .argument('<file>', 'a corpus in any format that is read')
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (file: string, flags: ReadingFlags & { json?: boolean }) => {
    const stats = await fileStats(file, toReadOptions(flags, context))
    if (flags.json) context.printJson({ ...stats, notes: stats.notes.map(context.spelled) })
    else context.print(`${formatStats(stats, context.colors).join('\n')}\n`)
  })
}

/** The figures as lines of text. */
function formatStats(stats: FileStats, paint: Paint): string[] {
  const { sentences, tokens, entities, documents } = stats
  const parts = documents === null ? '' : `, ${formatCount(documents)} documents`
  const faults = stats.illFormed > 0 ? `, ${formatCount(stats.illFormed)} ill-formed tags` : ''
  return [
    `${stats.file}: ${stats.format}, ${stats.encoding}, scheme ${stats.scheme ?? 'none (no entity)'}${faults}`,
    `${formatCount(sentences)} sentences, ${formatCount(tokens)} tokens, ${formatCount(entities)} entities${parts}`,
    `${atLeast(stats.vocabulary)} different words, ${atLeast(stats.mentions)} different mentions`,
    `${share(stats.outside)} of tokens are outside entities: a tagger that finds nothing has that token accuracy`,
    `${share(sentences > 0 ? stats.sentencesWithoutEntities / sentences : null)} of sentences have no entity, ` +
      `${decimal(stats.entitiesPerSentence)} entities per sentence`,
    ...sentenceLengths(stats),
    ...typeTable(stats, paint),
    ...ambiguity(stats, paint),
  ]
}

function sentenceLengths({ sentenceLength }: FileStats): string[] {
  if (!sentenceLength) return []
  const { min, median, mean, p95, max } = sentenceLength
  return [
    `tokens per sentence: ${min} to ${max}, median ${median}, mean ${decimal(mean)}, 95% have at most ${p95}`,
  ]
}

function typeTable(stats: FileStats, paint: Paint): string[] {
  if (stats.entities === 0) return []
  const rows = Object.entries(stats.types).map(([type, count]) => {
    const length = stats.entityLength[type]
    const mentions = stats.commonest[type]
      .slice(0, 4)
      .map(each => `${each.mention} (${formatCount(each.count)})`)
    return [
      type,
      formatCount(count),
      share(count / stats.entities),
      decimal(length?.mean ?? null),
      String(length?.max ?? ''),
      mentions.join(', '),
    ]
  })
  const columns = ['type', 'entities', 'share', 'mean tokens', 'longest', left('most frequent')]
  return ['', ...textTableLines(columns, rows, paint)]
}

function ambiguity({ ambiguous, mentions }: FileStats, paint: Paint): string[] {
  if (ambiguous.mentions === 0) return []
  const examples = ambiguous.examples.map(({ mention, types }) => [
    mention,
    Object.entries(types)
      .map(([type, count]) => `${type} ${formatCount(count)}`)
      .join(', '),
  ])
  return [
    '',
    `${formatCount(ambiguous.mentions)} of ${atLeast(mentions)} mentions have more than one type:`,
    ...textTableLines(['mention', left('types')], examples, paint),
  ]
}

function left(heading: string): Column {
  return { heading, align: 'left' }
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}

function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)}%`
}

function atLeast({ distinct, exact }: { readonly distinct: number; readonly exact: boolean }): string {
  return exact ? formatCount(distinct) : `more than ${formatCount(distinct)}`
}
