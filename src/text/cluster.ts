import { CLUSTERED_LETTER } from './characters.js'

/** Thai and Lao vowels that are written before the consonant that they follow in speech. */
const LEADING = '[\\u0E40-\\u0E44\\u0EC0-\\u0EC4]'
/** Thai and Lao vowels and signs that are letters in Unicode and belong to the consonant before them. */
const FOLLOWING = '[\\u0E30\\u0E32\\u0E33\\u0E45\\u0E46\\u0EB0\\u0EB2\\u0EB3\\u0EC6]'
/** Khmer coeng and Burmese virama, which put the next consonant below. */
const STACKED = `[\\u17D2\\u1039](?:${CLUSTERED_LETTER})?`
const CLUSTER = new RegExp(
  `${LEADING}*(?:${CLUSTERED_LETTER})?(?:${STACKED}|[\\p{M}\\u200C\\u200D]|${FOLLOWING})*`,
  'uy',
)

/**
 * The end of the character cluster at an offset, in scripts without spaces: leading vowel, consonant, marks, stacked
 * consonants, following vowels (a simple form of the Thai character cluster of Theeramunkong et al., 2000). There is no
 * dictionary, so an entity may begin and end at any cluster.
 *
 * @example
 * scanCluster('เชียงใหม่', 0, 9) // 4: เชี, and ย ง ให ม่ follow
 */
export function scanCluster(text: string, at: number, end: number): number {
  CLUSTER.lastIndex = at
  return CLUSTER.test(text) ? Math.min(CLUSTER.lastIndex, end) : at
}
