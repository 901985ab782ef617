import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** A folder for one test file, removed after it. */
export interface TempFolder {
  readonly path: string
  /** Writes a file and gives its path. */
  readonly file: (name: string, content: string | Uint8Array) => string
  readonly list: () => string[]
}

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'nerite-test-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return {
    path,
    file: (name, content) => {
      writeFileSync(join(path, name), content)
      return join(path, name)
    },
    list: () => readdirSync(path).sort(),
  }
}
