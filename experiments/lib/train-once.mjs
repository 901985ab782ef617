import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isUnfinishedRun } from '../../dist/run/node/run-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Trains into a folder, unless that is done; continues an interrupted run. Ends the program where training fails.
 * @param args those of `nerite train` for a new run, without `--out`
 */
export function trainOnce(out, args) {
  if (existsSync(join(out, 'manifest.json'))) return
  const command = isUnfinishedRun(out) ? ['--resume', out] : [...args, '--out', out]
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'bin/nerite.js'), 'train', ...command, '--no-report'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (status !== 0) process.exit(status ?? 1)
}
