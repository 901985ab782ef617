/**
 * What a terminal acts upon instead of showing it: control characters (C0 without tab and line feed, DEL, C1) and the
 * characters that turn the direction of what follows (embeddings, overrides, isolates). The marks that only belong to one
 * direction (U+200E, U+200F) are usual in Hebrew and Arabic, and stay.
 */
const ACTED_UPON = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/**
 * A text with what a terminal would act upon as escapes. They are those of JSON, so that JSON stays the same JSON.
 *
 * @example
 * visible('\u001b[31mred') // '\\u001b[31mred'
 */
export function visible(text: string): string {
  return text.replace(ACTED_UPON, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
