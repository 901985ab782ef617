/** The names of a list with one per line, without empty lines and repeated ones. */
export function listNames(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.trim())
  return [...new Set(lines)].filter(line => line !== '')
}
