import { isTag } from '../tags/scheme.js'

/** Whether a tag is one, of a type without white space around it. */
export function isPlainTag(tag: string): boolean {
  return isTag(tag) && isPlainType(tag.slice(2))
}

/** Whether nothing but white space tells a type from another: `PER ` would be one of its own beside `PER`. */
export function isPlainType(type: string): boolean {
  return type.trim() === type
}
