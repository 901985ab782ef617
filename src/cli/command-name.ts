import { basename, relative, sep } from 'node:path'

/** How this command line was called, for hints: `nerite` where it is installed, `node bin/nerite.js` in the repository. */
export function commandName(script = process.argv[1] ?? '', folder = process.cwd()): string {
  const isInRepository = basename(script) === 'nerite.js' && !script.split(sep).includes('node_modules')
  return isInRepository ? `node ${relative(folder, script)}` : 'nerite'
}
