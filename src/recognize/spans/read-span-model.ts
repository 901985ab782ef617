/** Reads a span model from its files, wherever they are. Nothing in them is trusted before it is checked. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { OnnxError } from '../../engine/onnx/error.js'
import { readSignature } from '../../engine/onnx/signature.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { webRuntime } from '../../engine/runtime/web/ort-web.js'
import { type EncoderFiles, EncoderReader } from '../../model/pretrained/encoder-files.js'
import { createSubwordTokenizer } from '../../text/subword/tokenizer-source.js'
import { guardedRuntime } from '../guarded-runtime.js'
import { SPAN_INPUTS, SPAN_OUTPUT, SpanModel } from './span-model.js'
import { SharedSpanModel, type SpanOptions, SpanRecognizer } from './span-recognizer.js'
import { parseSpanSettings } from './span-settings.js'

/** What every span model of this kind has, and nothing else. */
export const SPAN_CONFIG = 'gliner_config.json'
/** Its ONNX files, the best first. */
export const SPAN_MODELS = [
  'model.onnx',
  'onnx/model.onnx',
  'onnx/model_quantized.onnx',
  'model_quantized.onnx',
] as const
/** An address in memory must hold the whole file. */
const MOST = 2 ** 31

export interface SpanLoadOptions extends SpanOptions {
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  /** Threads of the numeric kernels; default: the runtime's choice. */
  readonly threads?: number
}

/**
 * Makes a recognizer of a span model's files (GLiNER's, as its own program exports them): `gliner_config.json`, `tokenizer.json` and
 * an ONNX file. The ONNX file is run as it is: give only one that you trust not to be wrong on purpose.
 *
 * @throws ModelFileError for files that are missing, damaged, or of another kind of model
 * @example
 * const recognizer = await loadSpanRecognizerFrom(files, { types: ['person', 'city'] })
 */
export async function loadSpanRecognizerFrom(
  files: EncoderFiles,
  { runtime = webRuntime(), threads, ...asked }: SpanLoadOptions,
): Promise<SpanRecognizer> {
  const reader = new EncoderReader(files)
  const config = await reader.json(SPAN_CONFIG, 2 ** 20)
  if (config === undefined) throw reader.missing(SPAN_CONFIG)
  const limits = await reader.json('tokenizer_config.json', 2 ** 27)
  const limit = isRecord(limits) ? limits.model_max_length : undefined
  const settings = parseSpanSettings(config, limit, reader.where(SPAN_CONFIG))
  const source = await reader.tokenizer()
  const tokenizer = createSubwordTokenizer(source, reader.where(source.kind))
  for (const mark of [settings.typeMark, settings.textMark])
    if (tokenizer.idOf(mark) === undefined)
      throw new ModelFileError({
        where: reader.where(source.kind),
        expected: `a piece for ${mark}`,
        got: 'none',
        remedy: 'the tokenizer belongs to another model; copy the folder again',
      })
  const file = await reader.has(SPAN_MODELS)
  const bytes = file === undefined ? undefined : await reader.bytes(file, MOST)
  if (file === undefined || !bytes) throw reader.missing('an ONNX file: model.onnx or onnx/model.onnx')
  const where = reader.where(file)
  checkSignature(bytes, where)
  const session = await guardedRuntime(runtime, where).createSession(bytes, { threads })
  const model = new SharedSpanModel(new SpanModel({ session, tokenizer, settings, where }))
  try {
    return new SpanRecognizer(model, asked, runtime.name)
  } catch (error) {
    await session.release()
    throw error
  }
}

function checkSignature(bytes: Uint8Array, where: string): void {
  try {
    const { inputs, outputs } = readSignature(bytes)
    const isKnown =
      inputs.length === SPAN_INPUTS.length &&
      SPAN_INPUTS.every(name => inputs.includes(name)) &&
      outputs.includes(SPAN_OUTPUT)
    if (isKnown) return
    throw new ModelFileError({
      where,
      expected: `a model of spans, with the inputs ${SPAN_INPUTS.join(', ')}`,
      got: inputs.slice(0, 9).join(', ').slice(0, 200),
      remedy:
        'take one with one encoder; models that score tokens, and those with an encoder for types, are others',
    })
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error
    throw new ModelFileError(error.faults.map(fault => ({ ...fault, where: `${where}: ${fault.where}` })))
  }
}
