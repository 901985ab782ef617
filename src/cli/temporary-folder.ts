import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Works in a folder of its own that is removed with all in it at the end, also where the process exits on the way. */
export async function inTemporaryFolder<T>(prefix: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), prefix))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  process.on('exit', remove)
  try {
    return await work(dir)
  } finally {
    process.off('exit', remove)
    remove()
  }
}
