/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
/** Line ends, control characters, and what file systems forbid in names. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\\:*?"<>|]/gu
/** In bytes of UTF-8. File systems allow 255, and endings and numbers are added. */
const LONGEST_NAME = 200

/** Of folders, and of bytes in a path: systems allow 4096 with the folder that it is in. */
const MOST_FOLDERS = 16
const LONGEST_PATH = 1000

/** Gives each document a path of its own in a folder, without an ending. */
export class DocumentPaths {
  private readonly taken = new Set<string>()
  private unnamed = 0

  /** @returns the path, and whether it says the name as it is */
  of(name: string | undefined): { readonly path: string; readonly isExact: boolean } {
    const wanted = name === undefined ? this.nextNumber() : safePath(name)
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

function safePath(name: string): string {
  const parts = name.split('/').map(safeName)
  // A folder must not be called like the file of another document.
  const path = parts
    .map((part, i) => (i < parts.length - 1 ? part.replace(/\.(txt|ann)$/i, '$&_') : part))
    .join('/')
  const isLong = parts.length > MOST_FOLDERS || new TextEncoder().encode(path).length > LONGEST_PATH
  return isLong ? cut(parts.join('_')) : path
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
