import { isRecord } from '../../base/json-types.js'

/** Classes of `transformers` that take `tokenizer.json` as it is. */
const AS_IT_IS: readonly unknown[] = ['PreTrainedTokenizerFast', 'TokenizersBackend']

/** What `tokenizer_config.json` says of BERT's normalization, and what `tokenizer.json` calls it. */
const NAMES = [
  ['do_lower_case', 'lowercase'],
  ['strip_accents', 'strip_accents'],
  ['tokenize_chinese_chars', 'handle_chinese_chars'],
] as const

/**
 * A parsed `tokenizer.json` as `transformers` reads it: of BERT's normalization, what `tokenizer_config.json` says counts where
 * the two differ, for so the text was cut that the encoder was trained on.
 *
 * @param settings the parsed `tokenizer_config.json`, if there is one
 */
export function withTokenizerSettings(json: unknown, settings: unknown): unknown {
  if (!isRecord(json) || !isRecord(json.normalizer) || json.normalizer.type !== 'BertNormalizer') return json
  if (!isRecord(settings) || AS_IT_IS.includes(settings.tokenizer_class)) return json
  const said = NAMES.flatMap(([setting, name]) => {
    const value = settings[setting]
    const isSaid = typeof value === 'boolean' || (setting === 'strip_accents' && value === null)
    return isSaid ? [[name, value] as const] : []
  })
  return { ...json, normalizer: { ...json.normalizer, ...Object.fromEntries(said) } }
}
