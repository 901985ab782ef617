/** The files of a run, by what they hold, and how each is written. */
import { jsonFault } from '../base/bounded-json.js'
import { InputError } from '../base/errors.js'
import { say, setting } from '../base/fault.js'
import type { AnyConfig } from '../config/schema.js'
import { type StoredTensor, toSafetensors } from '../engine/optim/safetensors.js'
import type { RunMetrics } from './metrics.js'
import { CARD, MANIFEST } from './run-manifest.js'
import { splitLists } from './vocabulary-lists.js'

export const CONFIG = 'config.json'
export const VOCABULARIES = 'vocab.json'
/** The long lists of the vocabularies, in a run that has some. */
export const LISTS = 'vocab.safetensors'
export const MODEL = 'model.onnx'
export const PARAMETERS = 'model.safetensors'
export const METRICS = 'metrics.json'
export const LOG = 'log.jsonl'

/** The files that tagging reads. */
export const TAGGER_FILES: readonly string[] = [CONFIG, VOCABULARIES, LISTS, PARAMETERS, MODEL]

const KIB = 1024
const MIB = 1024 * KIB

/**
 * The most bytes of each file that are read, whatever a manifest says: what goes beyond is not what training writes.
 * ONNX Runtime loads no larger model.
 */
const MOST_BYTES: Readonly<Record<string, number>> = {
  [MANIFEST]: MIB,
  [CONFIG]: MIB,
  [VOCABULARIES]: 128 * MIB,
  [LISTS]: 128 * MIB,
  [METRICS]: 64 * MIB,
  [LOG]: 256 * MIB,
  [MODEL]: 2048 * MIB - 1,
  [PARAMETERS]: 4096 * MIB,
}

/** The most entries of vocabularies that are read: each takes memory long before the numbers that belong to it do. */
export const VOCABULARY_VALUES = 3_200_000

export function mostBytes(name: string): number {
  return MOST_BYTES[name] ?? 64 * MIB
}

export type Tensors = ReadonlyMap<string, StoredTensor>

/** What a run holds from its start. */
export interface RunStart {
  readonly config: AnyConfig
  /** What the recognizer was made of besides its numbers, as JSON: for a network, its `Vocabularies`. */
  readonly vocabularies: object
}

/** What training adds at its end. */
export interface RunResult {
  /** The settings as they are now: a resumed run may have been given more epochs. */
  readonly config: AnyConfig
  /** The graph for tagging, with the parameters in it; absent where no network is trained. */
  readonly model?: Uint8Array
  readonly parameters: Tensors
  /** Of a recognizer whose vocabulary is known only after training. */
  readonly vocabularies?: object
  /** Absent for a run that was stopped. */
  readonly metrics?: RunMetrics
  /** The model card, Markdown. */
  readonly card?: string
}

export type FileContents = Readonly<Record<string, string | Uint8Array>>

/** @throws InputError `train/vocabulary` for vocabularies that are too large to be read again */
export function startFiles({ config, vocabularies }: RunStart): FileContents {
  return { [CONFIG]: configText(config), ...vocabularyFiles(vocabularies) }
}

function vocabularyFiles(vocabularies: object): FileContents {
  const { rest, lists, entries } = splitLists(vocabularies)
  const text = `${JSON.stringify(rest)}\n`
  const refuse = (expected: string, got: string) =>
    new InputError('train/vocabulary', {
      where: setting('input'),
      expected,
      got,
      remedy: say`keep fewer words with ${setting('input.words.vectors.limit')}, or use shorter gazetteers`,
    })
  const fault = jsonFault(text, { values: Math.max(0, VOCABULARY_VALUES - entries) })
  if (fault) throw refuse(`vocabularies with at most ${VOCABULARY_VALUES} values`, fault.got)
  const sizes = { [VOCABULARIES]: new TextEncoder().encode(text).length, [LISTS]: lists?.length ?? 0 }
  for (const [name, bytes] of Object.entries(sizes))
    if (bytes > mostBytes(name))
      throw refuse(`vocabularies of at most ${mostBytes(name)} bytes`, `${bytes} bytes`)
  return { [VOCABULARIES]: text, ...(lists && { [LISTS]: lists }) }
}

export function resultFiles({
  config,
  model,
  parameters,
  vocabularies,
  metrics,
  card,
}: RunResult): FileContents {
  return {
    ...(metrics && { [METRICS]: json(metrics) }),
    ...(card !== undefined && { [CARD]: card }),
    [CONFIG]: configText(config),
    ...(vocabularies && vocabularyFiles(vocabularies)),
    ...(model && { [MODEL]: model }),
    [PARAMETERS]: toSafetensors(parameters),
  }
}

export function configText(config: AnyConfig): string {
  return json(config)
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** What a combination of recognizers consists of, besides the files of its parts. */
export const COMBINATION = 'combination.json'
