/** `sentence` of one, `sentences` of any other number; for nouns whose plural is an s more. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`
}
