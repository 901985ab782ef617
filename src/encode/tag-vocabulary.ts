import { EncodeError } from './encode-error.js'
import { compareCodePoints } from './vocabulary.js'

/** The id of a tag that the training data did not hold: never learnt, never counted in a loss. */
export const UNKNOWN_TAG = -1

/** The tags a model can give, `O` first, the rest by code point; no padding and no unknown entry among them. */
export class TagVocabulary {
  readonly tags: readonly string[]
  private readonly ids: ReadonlyMap<string, number>

  private constructor(tags: readonly string[]) {
    this.tags = Object.freeze([...tags])
    this.ids = new Map(tags.map((tag, i) => [tag, i]))
  }

  /**
   * @example
   * TagVocabulary.fromTags(['B-PER', 'O', 'I-PER']).tags // ['O', 'B-PER', 'I-PER']
   */
  static fromTags(tags: Iterable<string>): TagVocabulary {
    const distinct = new Set(tags)
    distinct.delete('O')
    return new TagVocabulary(['O', ...[...distinct].sort(compareCodePoints)])
  }

  /** @throws EncodeError `encode/vocabulary` for anything that `toJSON` did not write. */
  static fromJSON(value: unknown, where: string): TagVocabulary {
    const valid =
      Array.isArray(value) &&
      value.every(tag => typeof tag === 'string' && tag !== '') &&
      value[0] === 'O' &&
      new Set(value).size === value.length
    if (!valid)
      throw new EncodeError('encode/vocabulary', {
        where,
        expected: 'a list of distinct tags that starts with "O"',
        got: (JSON.stringify(value) ?? 'undefined').slice(0, 80),
        remedy: 'the file was not written by this program or has been changed; train again',
      })
    return new TagVocabulary(value as string[])
  }

  toJSON(): readonly string[] {
    return this.tags
  }

  get size(): number {
    return this.tags.length
  }

  /** The tag's number, `UNKNOWN_TAG` (−1) where training did not hold it. */
  id(tag: string): number {
    return this.ids.get(tag) ?? UNKNOWN_TAG
  }
}
