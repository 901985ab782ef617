import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { filesOf } from '../../run/node/read-encoder-folder.js'
import {
  loadSpanRecognizerFrom,
  SPAN_CONFIG,
  SPAN_MODELS,
  type SpanLoadOptions,
} from '../spans/read-span-model.js'
import type { SpanOptions, SpanRecognizer } from '../spans/span-recognizer.js'

/**
 * Loads a span model from a folder with `gliner_config.json`, `tokenizer.json` and an ONNX file: see `loadSpanRecognizerFrom`.
 *
 * @throws ModelFileError for a folder that is missing, incomplete, damaged, or of another kind of model
 * @example
 * await using recognizer = await loadSpanRecognizer('models/gliner-small', { types: ['person', 'city'] })
 */
export async function loadSpanRecognizer(
  folder: string,
  { runtime, ...options }: SpanLoadOptions,
): Promise<SpanRecognizer> {
  const files = filesOf(folder)
  return loadSpanRecognizerFrom(files, { ...options, runtime: runtime ?? (await chooseRuntime()) })
}

/** The files of a span model that tagging reads. */
export function spanModelFiles(folder: string): string[] {
  const file = SPAN_MODELS.find(name => existsSync(join(folder, name)))
  return [SPAN_CONFIG, 'tokenizer.json', 'tokenizer_config.json', ...(file ? [file] : [])]
    .map(name => join(folder, name))
    .filter(path => existsSync(path))
}

/** A span model's folder, and what it is asked for. */
export interface NamedSpanModel {
  readonly folder: string
  readonly options: SpanOptions
}

/**
 * A model's name where it is that of a span model: `models/gliner?types=person,city&threshold=0.4`.
 * @throws InputError `predict/types` for a folder of such a model without types, with others than it can be asked, and for types of
 *   a folder of another kind
 */
export function namedSpanModel(name: string): NamedSpanModel | undefined {
  const at = name.indexOf('?')
  const folder = at < 0 ? name : name.slice(0, at)
  if (/^https?:/i.test(folder)) return undefined
  const example = `name the types that it is to find: ${folder}?types=person,city`
  const refused = (expected: string, got: string, remedy = example) =>
    new InputError('predict/types', { where: name, expected, got, remedy })
  if (!existsSync(join(folder, SPAN_CONFIG))) {
    if (at > 0 && !existsSync(name) && existsSync(folder))
      throw refused(
        `a span model before "?", whose folder has ${SPAN_CONFIG}`,
        'none',
        `name ${folder} alone: only span models are asked for types`,
      )
    return undefined
  }
  const given = at < 0 ? [] : name.slice(at + 1).split('&')
  const fields = new Map<string, string>()
  for (const part of given) {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (key !== 'types' && key !== 'threshold') throw refused('types and threshold', part || 'nothing')
    if (fields.has(key)) throw refused(`${key} once`, given.join('&'))
    fields.set(key, value)
  }
  const types = (fields.get('types') ?? '').split(',').flatMap(type => type.trim() || [])
  if (types.length === 0) throw refused('types after the folder of a span model', 'none')
  if (new Set(types).size < types.length) throw refused('each type once', types.join(','))
  const threshold = fields.get('threshold')
  if (threshold === undefined) return { folder, options: { types } }
  if (threshold.trim() === '' || !(Number(threshold) >= 0 && Number(threshold) <= 1))
    throw refused('a threshold from 0 to 1', threshold || 'nothing')
  return { folder, options: { types, threshold: Number(threshold) } }
}
