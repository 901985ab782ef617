/** A 53-bit hash of a list of strings (cyrb53 by bryc, public domain). */
export function hashStrings(strings: readonly string[]): number {
  let h1 = 0xdeadbeef
  let h2 = 0x41c6ce57
  for (const text of strings) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      h1 = Math.imul(h1 ^ unit, 2654435761)
      h2 = Math.imul(h2 ^ unit, 1597334677)
    }
    // Separates the strings: ['ab'] and ['a', 'b'] differ.
    h1 = Math.imul(h1 ^ 0x1ffff, 2654435761)
    h2 = Math.imul(h2 ^ 0x1ffff, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return 4294967296 * (2097151 & h2) + (h1 >>> 0)
}
