import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** A manifest as anyone can write it. */
export interface LooseManifest {
  [key: string]: unknown
  files: Record<string, { bytes: unknown; sha256: unknown }>
}

/** A copy of a run folder, to be changed at will and sealed again: a hostile author computes hashes, too. */
export class HostileFolder {
  constructor(readonly dir: string) {}

  static copyOf(run: string, dir: string): HostileFolder {
    cpSync(run, dir, { recursive: true })
    return new HostileFolder(dir)
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name))
  }

  json(name: string): unknown {
    return JSON.parse(this.read(name).toString())
  }

  write(name: string, content: string | Uint8Array): this {
    writeFileSync(this.path(name), content)
    return this
  }

  remove(name: string): this {
    rmSync(this.path(name), { recursive: true })
    return this
  }

  /** Puts something other than a file in a file's place. */
  replace(name: string, by: 'folder' | 'pipe' | { readonly link: string }): this {
    this.remove(name)
    if (by === 'folder') mkdirSync(this.path(name))
    else if (by === 'pipe') spawnSync('mkfifo', [this.path(name)])
    else symlinkSync(by.link, this.path(name))
    return this
  }

  /** A file of that many bytes that takes no room on the disk. */
  sparse(name: string, bytes: number): this {
    openSync(this.path(name), 'a')
    truncateSync(this.path(name), bytes)
    return this
  }

  /** Makes sizes, hashes and the manifest's own hash true again, where files are plain and not huge. */
  seal(): this {
    return this.manifest(manifest => {
      for (const name of readdirSync(this.dir))
        if (Object.hasOwn(manifest.files, name)) {
          const stat = lstatSync(this.path(name))
          if (!stat.isFile()) continue
          const sha256 = stat.size < 1e8 ? sha256Of(this.read(name)) : '0'.repeat(64)
          manifest.files[name] = { bytes: stat.size, sha256 }
        }
    })
  }

  /** Changes the manifest and its own hash. */
  manifest(change: (manifest: LooseManifest) => unknown): this {
    const manifest = this.json('manifest.json') as LooseManifest
    const changed = (change(manifest) ?? manifest) as LooseManifest
    const { sha256: _, ...body } = changed
    return this.write('manifest.json', JSON.stringify({ ...body, sha256: sha256Of(JSON.stringify(body)) }))
  }
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
