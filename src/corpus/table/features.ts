import { isRecord, isStrings } from '../../base/json-types.js'
import type { ReadContext } from '../read-context.js'

/** Names of the numbers in a column. */
export type Names = ReadonlyMap<string, readonly string[]>

/**
 * The names of numbers by column, from what Hugging Face's `datasets` keeps under `huggingface` in a file's metadata:
 * `{"info":{"features":{"ner_tags":{"feature":{"names":["O","B-PER",…],"_type":"ClassLabel"},"_type":"List"}}}}`.
 */
export function featureNames(metadata: string | undefined, context: ReadContext): Names {
  const names = new Map<string, readonly string[]>()
  if (metadata === undefined) return names
  let parsed: unknown
  try {
    parsed = JSON.parse(metadata)
  } catch {
    context.note('bad-metadata', 'what datasets says of the columns is no JSON, and is not read')
    return names
  }
  const info = isRecord(parsed) && parsed.info
  const features = isRecord(info) && info.features
  for (const [column, feature] of Object.entries(isRecord(features) ? features : {})) {
    const found = namesIn(feature)
    if (found) names.set(column, found)
  }
  return names
}

const DEEPEST = 6

/** Those of the column itself, of a list's elements, or of the one field of these that has any. */
function namesIn(feature: unknown, depth = 0): readonly string[] | undefined {
  if (depth > DEEPEST || typeof feature !== 'object' || feature === null) return undefined
  if (isRecord(feature) && isStrings(feature.names)) return feature.names
  const found = Object.values(feature).flatMap(each => {
    const names = namesIn(each, depth + 1)
    return names ? [names] : []
  })
  return found.length === 1 ? found[0] : undefined
}
