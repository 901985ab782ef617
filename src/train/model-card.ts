import { formatNote } from '../base/fault.js'
import { plural } from '../base/plural.js'
import type { EncoderBlockConfig } from '../config/encoder-blocks.js'
import type { Config } from '../config/schema.js'
import { describeAgreement } from '../corpus/token-agreement.js'
import type { CoverageCounts } from '../encode/word-vectors.js'
import { formatScores } from '../evaluate/format-scores.js'
import type { LossShare } from '../evaluate/loss-shares.js'
import type { Scores } from '../evaluate/scores.js'
import type { SubwordRuns } from '../model/inputs/subword-rows.js'
import type { RunMetrics } from '../run/metrics.js'
import type { Corpora, LabeledCorpus } from './prepare/corpora.js'
import type { PreparedTraining } from './prepare/prepare.js'

export interface ModelCardInput {
  readonly config: Config
  readonly prepared: Pick<
    PreparedTraining,
    'vocabularies' | 'tokens' | 'notes' | 'agreement' | 'coverage' | 'sentences' | 'sampler'
  >
  readonly corpora: Corpora
  readonly metrics: RunMetrics
  /** Number of trainable numbers. */
  readonly parameters: number
}

/** The model card of a run, Markdown: what the model is, what it was trained on, how good it is, how to use it. */
export function modelCard({ config, prepared, corpora, metrics, parameters }: ModelCardInput): string {
  const { vocabularies, tokens, notes } = prepared
  const { encoder, decoder, training } = config
  return [
    '# Entity tagger',
    '',
    `${whatItFinds(vocabularies.types)} ` +
      `Encoder: ${[...pretrainedEncoder(config, prepared), ...encoder.map(describeBlock)].join(', then ')}; a ${decoder.kind} decoder ` +
      `over ${counted(vocabularies.tags.length, `${vocabularies.scheme} tag`)}; ${parameters} trainable parameters, ` +
      `${counted(vocabularies.inputs.words.trained.known, config.input.unit.kind)}.`,
    '',
    '## Training',
    '',
    ...corpusTable(corpora),
    '',
    `${counted(tokens, 'training token')}; seed ${training.seed}, ${counted(training.threads, 'thread')}. ` +
      (metrics.best.epoch === null
        ? `${corpora.dev ? 'The development corpus has no entity' : 'No development corpus'}: the last epoch was kept.`
        : `The best development F1 was that of epoch ${metrics.best.epoch}, which was kept.`),
    ...fromLine(config),
    ...samplingLine(config, prepared),
    ...rawTextLine(prepared),
    ...notes.map(note => `\nNote: ${formatNote(note)}`),
    '',
    ...vectorSection(config, prepared),
    ...scoreSection(
      `Scores on the development corpus${metrics.best.epoch === null ? '' : ' (which also chose the epoch)'}`,
      metrics.dev,
    ),
    ...scoreSection('Scores on the test corpus', metrics.test),
    ...lossSection(metrics.lossShares),
    ...licenseSection(config),
    ...LIMITS_AND_USE,
  ].join('\n')
}

/** What holds for every trained tagger. */
export const LIMITS_AND_USE: readonly string[] = [
  '## Limits',
  '',
  '- It has only learned from the corpora above. On text of another kind, time or language it will be worse; only',
  '  labeled text of that kind can show by how much.',
  '- A score is the model’s own probability, not a measured frequency.',
  '',
  '## Use',
  '',
  '```ts',
  "import { loadTagger } from 'nerite'",
  '',
  "const tagger = await loadTagger('path/to/this/folder')",
  "console.log(await tagger.tag('…'))",
  '```',
  '',
]

/** The table of the corpora that a run read. */
export function corpusTable({ train, dev, test }: Corpora): string[] {
  const line = (name: string, corpus: LabeledCorpus | null) =>
    corpus ? `| ${name} | \`${cell(corpus.path)}\` | ${corpus.sentences.length} | ${corpus.scheme} |` : ''
  return [
    '| corpus | file | sentences | scheme |',
    '|---|---|---|---|',
    ...[...train.map(corpus => line('train', corpus)), line('dev', dev), line('test', test)].filter(
      row => row !== '',
    ),
  ]
}

export function whatItFinds(types: readonly string[]): string {
  if (types.length === 0) return 'Finds nothing: its training corpus has no entity.'
  return `Finds ${types.map(type => `\`${cell(type)}\``).join(', ')} in text.`
}

/** What a pretrained encoder is, and how much of it was trained. */
function pretrainedEncoder(
  { pretrained }: Config,
  { vocabularies }: Pick<PreparedTraining, 'vocabularies'>,
): string[] {
  const architecture = vocabularies.pretrained?.architecture
  if (!pretrained || !architecture) return []
  const { family, layers, width, vocabulary } = architecture
  const kept =
    pretrained.frozen === 'all'
      ? 'as it was'
      : pretrained.frozen > 0
        ? `its lower ${pretrained.frozen} kept`
        : 'fine-tuned'
  return [
    `the pretrained \`${cell(pretrained.folder)}\` (${family === 'onnx' ? 'the graph of its ONNX file' : `${family}, built from layers`}, ${counted(layers, 'layer')} of ${width} features, ${vocabulary} pieces; ${kept})`,
  ]
}

/** What is in the folder of somebody else's. */
function licenseSection({ pretrained }: Config): string[] {
  if (!pretrained) return []
  return [
    '## License',
    '',
    `This model has the tokenizer and the numbers of \`${cell(pretrained.folder)}\`, so the license of that encoder applies to it, too.`,
    '',
  ]
}

export function counted(count: number, noun: string): string {
  return `${count} ${plural(count, noun)}`
}

/** What other words are made of, and what that takes. */
function subwordLines({ words }: Config['input'], subwords: SubwordRuns | undefined): string[] {
  if (!subwords) return []
  const { runs, shortest, longest } = subwords
  const megabytes = ((runs.length * (words.dim + 4)) / 1e6).toFixed(1)
  return [
    `Words without a vector are made of ${runs.length} runs of characters (${shortest} to ${longest}), which take ${megabytes} MB of the model.`,
  ]
}

function vectorSection(
  { input }: Config,
  { coverage, vocabularies }: Pick<PreparedTraining, 'coverage' | 'vocabularies'>,
): string[] {
  if (!coverage) return []
  const row = (name: string, { words, exact, lower, digits, missing }: CoverageCounts) =>
    `| ${name} | ${words} | ${exact} | ${lower} | ${digits} | ${missing} (${((100 * missing) / Math.max(1, words)).toFixed(1)} %) |`
  return [
    '## Pretrained vectors',
    '',
    `From \`${cell(input.words.vectors?.file ?? 'memory')}\`, ${input.words.vectors?.fineTune !== false ? 'trained further' : 'kept as they are'}; ` +
      `${vocabularies.inputs.words.fixed?.known ?? 0} more words keep theirs in the model, for the texts that it will tag.`,
    ...subwordLines(input, vocabularies.inputs.words.subwords),
    '',
    'How the words of the training corpus were found in it:',
    '',
    '| | all | as written | in lower case | with digits replaced | not found |',
    '|---|--:|--:|--:|--:|--:|',
    row('different words', coverage),
    row('tokens', coverage.tokens),
    ...(coverage.examples.length > 0
      ? [
          '',
          `The most frequent words without a vector: ${coverage.examples.map(word => `\`${cell(word)}\``).join(', ')}.`,
        ]
      : []),
    '',
  ]
}

/** What the scores promise for text that comes without tokens. */
export function rawTextLine({ agreement }: Pick<ModelCardInput['prepared'], 'agreement'>): string[] {
  if (agreement === undefined) return []
  return [`\nIt learned the tokens of its corpus: ${describeAgreement(agreement)}.`]
}

function fromLine({ from }: Config): string[] {
  if (!from) return []
  const types = from.keepTypes ? ' Its types were kept.' : ''
  return [
    `\nStarted from the model \`${cell(from.model)}\` (SHA-256 of its parameters: ${from.sha256}).${types}`,
  ]
}

function samplingLine(
  { training: { sampling } }: Config,
  { sampler, sentences }: ModelCardInput['prepared'],
): string[] {
  if (!sampler) return []
  const what =
    sampling.kind === 'oversample'
      ? 'Sentences with a rare type were repeated'
      : `Sentences without an entity${sampling.kind !== 'undersample' || sampling.thinAbove === null ? '' : ' or with common types alone'} were left out at random`
  return [
    `\n${what}: an epoch had about ${Math.round(sampler.expected)} sentences, of ${sentences.length} in the corpus.`,
  ]
}

export function scoreSection(title: string, scores: Scores | null): string[] {
  return scores ? [`## ${title}`, '', '```', formatScores(scores).trimEnd(), '```', ''] : []
}

function lossSection(rows: readonly LossShare[] | null): string[] {
  if (!rows) return []
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const units = rows[0]?.unit === 'character' ? 'characters' : 'tokens'
  return [
    '## Class weights and focal loss',
    '',
    `What they do to each gold tag of the development corpus: its share of the ${units}, of the plain cross-entropy, and`,
    'of the loss that was trained on.',
    '',
    `| tag | ${units} | weight | share of ${units} | of plain loss | of trained loss | recall |`,
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows.map(
      row =>
        `| ${cell(row.tag)} | ${row.tokens} | ${row.weight.toFixed(2)} | ${percent(row.tokenShare)} | ` +
        `${percent(row.plainLossShare)} | ${percent(row.trainedLossShare)} | ${percent(row.recall)} |`,
    ),
    '',
  ]
}

/** The user's own text in a Markdown table or code span. */
export function cell(text: string): string {
  return text.replace(/[|`\r\n]/g, ' ')
}

/** `bilstm of hidden 150, layers 1`: a block's kind and sizes. */
function describeBlock({ kind, ...settings }: EncoderBlockConfig): string {
  const sizes = Object.entries(settings).filter(([, value]) => typeof value === 'number' && value >= 1)
  return `${kind} of ${sizes.map(([name, value]) => `${name} ${value}`).join(', ')}`
}
