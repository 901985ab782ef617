import { CLUSTERED, classAt, MARK, widthAt } from './characters.js'

/** Vowels that are written before the consonant that they follow in speech (Thai and Lao). */
function isLeading(codePoint: number): boolean {
  return (codePoint >= 0x0e40 && codePoint <= 0x0e44) || (codePoint >= 0x0ec0 && codePoint <= 0x0ec4)
}

/** Vowels and signs that are letters in Unicode and belong to the consonant before them (Thai and Lao). */
function isFollowing(codePoint: number): boolean {
  return (
    [0x0e30, 0x0e32, 0x0e33, 0x0eb0, 0x0eb2, 0x0eb3, 0x0ec6].includes(codePoint) ||
    (codePoint >= 0x0e45 && codePoint <= 0x0e46)
  )
}

/** Khmer coeng and Burmese virama, which put the next consonant below. */
function isStacker(codePoint: number): boolean {
  return codePoint === 0x17d2 || codePoint === 0x1039
}

/**
 * The end of the character cluster at an offset, in scripts without spaces: leading vowel, consonant, marks, stacked
 * consonants, following vowels (a simple form of the Thai character cluster of Theeramunkong et al., 2000). There is no
 * dictionary, so an entity may begin and end at any cluster.
 *
 * @example
 * scanCluster('เชียงใหม่', 0, 9) // 4: เชี, and ย ง ให ม่ follow
 */
export function scanCluster(text: string, at: number, end: number): number {
  let i = at
  while (i < end && isLeading(text.codePointAt(i) ?? 0)) i++
  if (classAt(text, i, end) === CLUSTERED) i += widthAt(text, i)
  while (i < end) {
    const codePoint = text.codePointAt(i) ?? 0
    const value = classAt(text, i, end)
    if (value === MARK) {
      i += widthAt(text, i)
      if (isStacker(codePoint) && classAt(text, i, end) === CLUSTERED) i += widthAt(text, i)
    } else if (isFollowing(codePoint)) i++
    else break
  }
  return i
}
