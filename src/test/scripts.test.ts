import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['bench', 'bin', 'experiments', 'scripts']
const scripts = FOLDERS.flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true })
    .map(name => join(folder, String(name)))
    .filter(name => /\.m?js$/.test(name) && !name.includes('node_modules')),
)

/** Another script by its name alone: `childJson('reformer/attention-pass.mjs')`. */
const OTHER_SCRIPT = /'((?:[\w-]+\/)*[a-z_-]+\.(?:mjs|js|py))'/g
/** `import { a, b as c } from './x.mjs'`, `await import('./x.mjs')`, `new URL('./x.mjs', import.meta.url)` */
const IMPORT = /^import (?:(\w+)|\{([^}]*)\}) from '(\.[^']+)'/gm
const ANY_PATH = /(?:\bfrom |\bimport\(|\bimport |new URL\()'(\.\.?\/[^']*)'/g

test('every file that a script names is there', () => {
  let paths = 0
  for (const script of scripts) {
    const text = readFileSync(join(root, script), 'utf8')
    for (const [, path] of text.matchAll(ANY_PATH)) {
      assert.ok(existsSync(join(root, dirname(script), path)), `${script}: ${path}`)
      paths++
    }
    for (const [, name] of text.matchAll(OTHER_SCRIPT)) {
      const places = [dirname(script), 'bench', '.', 'bin'].map(folder => join(root, folder, name))
      assert.ok(
        places.some(place => existsSync(place)),
        `${script}: ${name}`,
      )
      paths++
    }
  }
  assert.ok(scripts.length >= 40, `${scripts.length} scripts`)
  assert.ok(paths >= 120, `${paths} paths`)
})

test('every name that a script imports is exported', async () => {
  let names = 0
  for (const script of scripts) {
    const text = readFileSync(join(root, script), 'utf8')
    for (const [, whole, list, path] of text.matchAll(IMPORT)) {
      const file = join(root, dirname(script), path)
      const exported = (await import(pathToFileURL(file).href)) as object
      const wanted = whole ? ['default'] : list.split(',').map(name => name.trim().split(' as ')[0])
      for (const name of wanted.filter(name => name !== '')) {
        assert.ok(name in exported, `${script}: ${path} exports no ${name}`)
        names++
      }
    }
  }
  assert.ok(names >= 150, `${names} names`)
})
