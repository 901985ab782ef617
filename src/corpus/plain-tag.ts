import { isTag } from '../tags/scheme.js'

/** Whether a tag is one and ends with its type: `B-PER ` would be of another type than `B-PER`. */
export function isPlainTag(tag: string): boolean {
  return isTag(tag) && tag.trim() === tag
}
