import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The edges may import everything. */
const EDGES = ['cli', 'test']
/** Arrows of an earlier layout that are still to go. */
const REMAINING: readonly string[] = []

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

/** The rooms of docs/architecture.md by name, each with the rooms that it may import from besides itself and `base`. */
function rooms(): Record<string, readonly string[]> {
  const page = readFileSync(resolve(root, '../docs/architecture.md'), 'utf8')
  const listOf = (text: string) => (text === 'nothing' ? [] : text.split(', '))
  const found: Record<string, readonly string[]> = {}
  for (const [, room, cell] of page.matchAll(/^\| `(\w+)\/` \|[^|]+\|([^|]+)\|[^|]+\|$/gm)) {
    const [own, more] = cell.trim().split('; `node/`: also ')
    found[room] = listOf(own)
    if (more) found[`${room}/node`] = [...listOf(own), ...listOf(more)]
  }
  return found
}

const ROOMS = rooms()
const isNodeSide = (file: string) => file.split('/').includes('node')

test('imports follow the arrows of docs/architecture.md', () => {
  const wrong: string[] = []
  const old = new Set<string>()
  let arrows = 0
  for (const file of files) {
    const room = file.includes('/') ? file.split('/')[0] : ''
    if (room === '' || EDGES.includes(room) || isTest(file)) continue
    const known = (file.startsWith(`${room}/node/`) && ROOMS[`${room}/node`]) || ROOMS[room]
    assert.ok(known, `src/${room} is not in the table of docs/architecture.md`)
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue
      const target = relative(root, resolve(root, posix.dirname(file), name))
        .split(sep)
        .join('/')
      const to = target.split('/')[0]
      arrows++
      if (to === room || to === 'base' || known.includes(to)) continue
      if (REMAINING.includes(`${room} -> ${to}`)) old.add(`${room} -> ${to}`)
      else wrong.push(`${file} -> ${target}`)
    }
  }
  assert.ok(arrows > 1000, `${arrows} imports were seen: the pattern is broken`)
  assert.deepEqual(wrong, [])
  assert.deepEqual([...old].sort(), [...REMAINING].sort(), 'an arrow that is gone stays in the list')
})

test('only node folders and the edges import node:*', () => {
  const wrong: string[] = []
  for (const file of files) {
    if (isTest(file) || isNodeSide(file) || EDGES.includes(file.split('/')[0])) continue
    for (const name of importsOf(file)) if (name.startsWith('node:')) wrong.push(`${file} -> ${name}`)
  }
  assert.deepEqual(wrong, [])
})

test('every room of the table exists, and every folder of src is in it', () => {
  const top = [...folders].filter(folder => !folder.includes('/'))
  const named = Object.keys(ROOMS)
  assert.ok(named.length > 15)
  assert.deepEqual(
    named.filter(room => !folders.has(room)),
    [],
  )
  assert.deepEqual(
    top.filter(room => room !== 'test' && !named.includes(room)),
    [],
  )
})
