import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'

/** What `gliner_config.json` says of a span model. */
export interface SpanSettings {
  /** The most words of an entity. */
  readonly width: number
  /** The most words that the model reads at once. */
  readonly words: number
  /** What stands before each type, and before the text. */
  readonly typeMark: string
  readonly textMark: string
  /** Which piece stands for a word. */
  readonly pooling: 'first' | 'last'
  /** The id of padding, and the most pieces that the encoder reads at once. */
  readonly pieces: number
}

/** What the encoder reads at most where nothing says it. */
const MOST_PIECES = 2048

/**
 * @param limit what `tokenizer_config.json` has as `model_max_length`
 * @throws ModelFileError for a model that is not one of spans, with one encoder
 */
export function parseSpanSettings(config: unknown, limit: unknown, where: string): SpanSettings {
  const fields = isRecord(config) ? config : {}
  const fault = (name: string, expected: string, remedy?: string) =>
    new ModelFileError({
      where: `${where}: ${name}`,
      expected,
      got: (JSON.stringify(fields[name]) ?? 'nothing').slice(0, 60),
      ...(remedy && { remedy }),
    })
  const count = (name: string, most: number) => {
    const value = fields[name]
    if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most)
      return value as number
    throw fault(name, `a whole number from 1 to ${most}`)
  }
  const mark = (name: string, otherwise: string) => {
    const value = fields[name] ?? otherwise
    if (typeof value === 'string' && value !== '') return value
    throw fault(name, 'text')
  }
  const remedy = 'take a model of spans with one encoder, such as those of the first GLiNER'
  if (typeof fields.labels_encoder === 'string') throw fault('labels_encoder', 'none', remedy)
  if (fields.span_mode === 'token_level') throw fault('span_mode', 'a model of spans', remedy)
  if ((fields.words_splitter_type ?? 'whitespace') !== 'whitespace')
    throw fault('words_splitter_type', 'whitespace', remedy)
  const pooling = fields.subtoken_pooling ?? 'first'
  if (pooling !== 'first' && pooling !== 'last') throw fault('subtoken_pooling', 'first or last', remedy)
  const isLimit = Number.isSafeInteger(limit) && (limit as number) >= 16
  return {
    ...{ width: count('max_width', 256), words: count('max_len', 65_536), pooling },
    ...{ typeMark: mark('ent_token', '<<ENT>>'), textMark: mark('sep_token', '<<SEP>>') },
    pieces: isLimit ? Math.min(limit as number, MOST_PIECES) : MOST_PIECES,
  }
}
