// Writes docs/api from the docstrings: `npm run docs:api`. With --check it writes nothing, and fails if docs/api is stale.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = join(root, 'tools/api-docs')
const target = join(root, 'docs/api')
const require = createRequire(join(home, 'package.json'))
const typedoc = join(dirname(require.resolve('typedoc/package.json')), 'bin/typedoc')

const filesOf = folder =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map(String)
        .filter(name => name.endsWith('.md'))
        .sort()
    : []

const fresh = mkdtempSync(join(tmpdir(), 'nerite-api-'))
try {
  const run = spawnSync(
    process.execPath,
    [typedoc, '--options', join(home, 'typedoc.json'), '--out', fresh, '--logLevel', 'Error'],
    {
      cwd: home,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  if (run.status !== 0) process.exit(run.status ?? 1)
  if (process.argv.includes('--check')) {
    const names = new Set([...filesOf(fresh), ...filesOf(target)])
    const read = (folder, name) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''
    const stale = [...names].filter(name => read(fresh, name) !== read(target, name))
    if (stale.length > 0) {
      console.error(
        `docs/api is stale (${stale.slice(0, 5).join(', ')}${stale.length > 5 ? ', …' : ''}); run npm run docs:api`,
      )
      process.exit(1)
    }
    console.log(`docs/api is up to date: ${names.size} pages`)
  } else {
    rmSync(target, { recursive: true, force: true })
    cpSync(fresh, target, { recursive: true })
    console.log(`docs/api: ${filesOf(target).length} pages`)
  }
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
