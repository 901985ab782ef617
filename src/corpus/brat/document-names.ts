/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
/** Line ends, control characters, and what file systems forbid in names. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\\:*?"<>|]/gu
/** In bytes of UTF-8. File systems allow 255, and endings and numbers are added. */
const LONGEST_NAME = 200

/** Gives each document a path of its own in a folder, without an ending. */
export class DocumentPaths {
  private readonly taken = new Set<string>()
  private unnamed = 0

  /** @returns the path, and whether it says the name as it is */
  of(name: string | undefined): { readonly path: string; readonly isExact: boolean } {
    const wanted = name === undefined ? this.nextNumber() : name.split('/').map(safeName).join('/')
    let path = wanted
    for (let i = 2; this.taken.has(keyOf(path)); i++) path = `${wanted}-${i}`
    this.taken.add(keyOf(path))
    return { path, isExact: name === undefined || path === name }
  }

  private nextNumber(): string {
    this.unnamed++
    return `document-${String(this.unnamed).padStart(5, '0')}`
  }
}

/** Some file systems take names for equal that differ in case, or in how accents are written. */
function keyOf(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** One part of a path: no way out of the folder, no hidden file, nothing that a file system refuses. */
function safeName(part: string): string {
  const name = part
    .replace(FORBIDDEN, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '_')
    .replace(RESERVED, '_$&')
  return cut(name === '' ? '_' : name)
}

function cut(name: string): string {
  let kept = ''
  let bytes = 0
  for (const character of name) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > LONGEST_NAME) break
    kept += character
  }
  return kept
}
