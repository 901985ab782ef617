// Runs the compiled tests (dist/**/*.test.js) with Node's own runner.
// `npm test -- crf tags` runs only the files whose path contains one of the words; `--fast` leaves out *.slow.test.js.
// Tests that run the command run what the package ships, see build-package.mjs.
// Generated cases are the same in every run: see fixed-seed.mjs.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const isFast = process.argv.includes('--fast')
const words = process.argv.slice(2).filter(word => word !== '--fast')
const files = readdirSync(dist, { recursive: true })
  .map(String)
  .filter(file => file.endsWith('.test.js') && !(isFast && file.endsWith('.slow.test.js')))
  // Skip compiled tests whose source was removed.
  .filter(file => existsSync(join(root, 'src', file.replace(/\.js$/, '.ts'))))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .sort()
  .map(file => relative(root, join(dist, file)))
if (files.length === 0) {
  console.error(`no test file matches ${words.join(' ')}`)
  process.exit(1)
}
const built = spawnSync(process.execPath, [join(root, 'scripts/build-package.mjs')], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (built.status !== 0) process.exit(1)
const seed = pathToFileURL(join(root, 'scripts/fixed-seed.mjs')).href
const run = spawnSync(
  process.execPath,
  ['--import', seed, '--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, NERITE_SHIPPED: '1' } },
)
process.exit(run.status ?? 1)
