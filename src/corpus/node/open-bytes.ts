import { open, stat } from 'node:fs/promises'
import type { ByteSource } from '../byte-form.js'

/** A file of which any part can be read; `undefined` for what is no regular file, or cannot be opened. Close it. */
export async function openBytes(
  path: string,
): Promise<{ readonly source: ByteSource; readonly close: () => Promise<void> } | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats?.isFile()) return undefined
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  const read = async (start: number, end: number) => {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, stats.size) - start))
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }
  return { source: { size: stats.size, read }, close: () => file.close() }
}
