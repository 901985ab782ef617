import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resolveAnyConfig } from '../config/resolve.js'
import { bare, isOpen, type Node, ROOT } from '../config/settings-tree.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).flatMap(name => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
test('every configuration in the documents is valid', () => {
  let blocks = 0
  for (const file of DOCS)
    for (const [, block] of textOf(file).matchAll(/```json\n([\s\S]*?)```/g)) {
      if (!/^\s*\{\s*"(preset|corpus|tags|input|encoder|decoder|training)"/.test(block)) continue
      resolveAnyConfig({ file: JSON.parse(block), fileName: file })
      blocks++
    }
  assert.equal(blocks, 8)
})

test('every dependency is named in docs/dependencies.md, and no other', () => {
  const page = textOf('docs/dependencies.md')
  const documented = [...page.matchAll(/^\| `([^`]+)`(?: \((?:optional|optional peer)\))? +\| /gm)].map(
    ([, name]) => name,
  )
  const manifest = JSON.parse(textOf('package.json')) as Record<string, Readonly<Record<string, string>>>
  const known = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'].flatMap(
    kind => Object.keys(manifest[kind]),
  )
  assert.ok(known.length > 10)
  const runtimes = ['NERITE_RUNTIME', 'node', 'web', 'reference']
  assert.deepEqual(documented.filter(name => !runtimes.includes(name)).sort(), known.sort())
})

test('every option with a dot in the documents is a setting', () => {
  let options = 0
  for (const file of DOCS)
    for (const [, path] of textOf(file).matchAll(/--([a-z]\w*\.[\w.]*\w)/g)) {
      assert.ok(isKnown(ROOT, path.split('.')), `${file}: --${path}`)
      options++
    }
  assert.ok(options > 40, `${options}`)
})

/** Whether a path leads to a setting of any kind. */
function isKnown(node: Node, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined || isOpen(node)) return true
  const { item, options, ...own } = bare(node)
  if (item) return /^\d+$/.test(key) && isKnown(item, rest)
  return (options ?? [own]).some(
    ({ entries = {} }) => Object.hasOwn(entries, key) && isKnown(entries[key], rest),
  )
}
