import { isRecord } from '../../base/json-types.js'
import { isPlainTag } from '../../tags/scheme.js'
import type { SoftTag } from '../../tags/soft-tags.js'
import { refuse } from '../read-context.js'

/** Probabilities may be rounded. */
const SUM = { least: 0.98, most: 1.02 }

/** @throws RowError for anything but the soft tags of so many tokens */
export function parseSoft(value: unknown, tokens: number): readonly SoftTag[] {
  const isSoftTag = (own: unknown): own is SoftTag => {
    if (!isRecord(own)) return false
    const probabilities = Object.values(own)
    if (!probabilities.every(each => typeof each === 'number' && each > 0)) return false
    const sum = (probabilities as number[]).reduce((a, b) => a + b, 0)
    return sum >= SUM.least && sum <= SUM.most && Object.keys(own).every(isPlainTag)
  }
  if (Array.isArray(value) && value.length === tokens && value.every(isSoftTag)) return value
  return refuse(
    'soft-tags',
    `"soft" as ${tokens} objects of tags with probabilities above 0 that add up to 1, such as {"O": 0.9, "S-PER": 0.1}`,
    Array.isArray(value) ? (value.find(own => !isSoftTag(own)) ?? `${value.length} of them`) : value,
  )
}
