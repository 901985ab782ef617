import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/**
 * Which folders a folder may import from (itself and `base` always). The picture is in docs/architecture.md. Where a
 * folder's file side may know more, it has a line of its own.
 */
const MAY_KNOW: Record<string, readonly string[]> = {
  base: [],
  text: [],
  tags: [],
  corpus: ['text', 'tags'],
  encode: ['corpus', 'tags', 'text'],
  graph: [],
  onnx: ['graph'],
  runtime: ['onnx', 'graph'],
  layers: ['graph'],
  model: ['encode', 'layers', 'graph', 'onnx', 'runtime', 'tags', 'corpus', 'config', 'text'],
  train: ['model', 'evaluate', 'encode', 'layers', 'graph', 'runtime', 'tags', 'corpus', 'config'],
  evaluate: ['tags'],
  predict: ['model', 'encode', 'runtime', 'tags', 'corpus', 'text', 'config'],
  report: ['evaluate', 'tags', 'corpus'],
  'report/node': ['evaluate', 'tags', 'corpus', 'predict', 'model', 'config'],
  config: [],
}
/** The edges may import everything. */
const EDGES = ['cli', 'test']
/** The only places that may touch Node's own modules, so that the rest runs in a browser unchanged. */
const NODE_ONLY = [
  ...['cli', 'test'],
  ...['corpus', 'encode', 'model', 'predict', 'report', 'runtime', 'train'].map(name => `${name}/node`),
]

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../src')
const files = readdirSync(root, { recursive: true })
  .map(file => String(file).split(sep).join('/'))
  .filter(file => file.endsWith('.ts'))

/** Every folder below src by its path. */
const folders = new Set(
  files.flatMap(file => {
    const parts = file.split('/').slice(0, -1)
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  }),
)

const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/testing/')

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:\{[^}]*\}[^'"\n]*)?['"]([^'"]+)['"]/g),
  ]
    .map(match => match[1])
    .concat([...source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map(match => match[1]))
}

test('imports follow the arrows of the architecture', () => {
  const wrong: string[] = []
  let arrows = 0
  for (const file of files) {
    const folder = file.includes('/') ? file.split('/')[0] : ''
    if (folder === '' || EDGES.includes(folder) || isTest(file)) continue
    const known = (file.startsWith(`${folder}/node/`) && MAY_KNOW[`${folder}/node`]) || MAY_KNOW[folder]
    assert.ok(known, `src/${folder} is not in the table of folders`)
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue
      const target = relative(root, resolve(root, posix.dirname(file), name))
        .split(sep)
        .join('/')
      const to = target.split('/')[0]
      arrows++
      if (to !== folder && to !== 'base' && !known.includes(to)) wrong.push(`${file} -> ${target}`)
    }
  }
  assert.ok(arrows > 0 || files.length < 20, 'no import was seen: the pattern is broken')
  assert.deepEqual(wrong, [])
})

test('docs/architecture.md has the same table', () => {
  const page = readFileSync(resolve(root, '../docs/architecture.md'), 'utf8')
  const documented: Record<string, readonly string[]> = {}
  const listOf = (text: string) => (text === 'nothing' ? [] : text.split(', '))
  for (const [, folder, cell] of page.matchAll(/^\| `(\w+)\/` .*\|([^|]+)\|$/gm)) {
    const [own, more] = cell.trim().split('; `node/`: also ')
    documented[folder] = listOf(own)
    if (more) documented[`${folder}/node`] = [...listOf(own), ...listOf(more)]
  }
  assert.deepEqual(documented, { ...MAY_KNOW, cli: ['everything'] })
})

test('only the listed places touch node:*', () => {
  const wrong: string[] = []
  for (const file of files) {
    if (isTest(file) || NODE_ONLY.some(folder => file.startsWith(`${folder}/`))) continue
    for (const name of importsOf(file)) if (name.startsWith('node:')) wrong.push(`${file} -> ${name}`)
  }
  assert.deepEqual(wrong, [])
})

test('every folder that is named here exists, and every folder of src is named', () => {
  const named = [...Object.entries(MAY_KNOW).flatMap(([folder, known]) => [folder, ...known]), ...EDGES]
  const missing = (names: readonly string[]) => names.filter(name => !folders.has(name))
  assert.deepEqual(missing([...named, ...NODE_ONLY]), [])
  assert.deepEqual(missing(['corpus', 'no-such-folder']), ['no-such-folder'])
  const top = [...folders].filter(folder => !folder.includes('/'))
  assert.deepEqual(
    top.filter(folder => !named.includes(folder)),
    [],
  )
  const sides = [...folders].filter(folder => folder.endsWith('/node'))
  assert.deepEqual(
    sides.filter(folder => !NODE_ONLY.includes(folder)),
    [],
  )
})
