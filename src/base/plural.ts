/** `sentence` for one, `sentences` for other numbers. For nouns with a plural in -s. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`
}
