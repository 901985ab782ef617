import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DEFAULTS } from '../config/defaults.js'
import { settingsOf } from '../config/differences.js'
import { ENCODER_BLOCK_DEFAULTS, type EncoderKind } from '../config/encoder-blocks.js'
import { hasPath, type Plain, withKnownSettings } from '../config/known-settings.js'
import { resolveConfig } from '../config/resolve.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).flatMap(name => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const configuration = textOf('docs/configuration.md')

/** Rows of a document's tables, as cells. */
const ROWS = configuration
  .split('\n')
  .filter(line => line.startsWith('| '))
  .map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )

/** What stands between backticks. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside)

/** `0, [2, 3]`, `none`, –: the values that a cell names. */
function valuesIn(cell: string): unknown[] {
  const json = cell.replaceAll('–', 'null').replace(/`([^`]*)`/g, (_, name) => JSON.stringify(name))
  const parsed: unknown = JSON.parse(`[${json}]`)
  assert.ok(Array.isArray(parsed))
  return parsed
}

/** The settings of the first table by their whole names, with the defaults it says they have. */
function documentedSettings(): Map<string, { readonly byDefault: unknown; readonly row: string }> {
  const settings = new Map<string, { byDefault: unknown; row: string }>()
  for (const [first, byDefault, meaning] of ROWS) {
    const [whole, ...rest] = quoted(first)
    if (!/^(corpus|tags|input|decoder|training)\./.test(whole ?? '')) continue
    const parent = whole.slice(0, whole.lastIndexOf('.'))
    const names = [whole, ...rest.map(name => `${parent}${name}`)]
    const values = valuesIn(byDefault)
    assert.ok(values.length === 1 || values.length === names.length, first)
    names.forEach((name, i) => {
      settings.set(name, { byDefault: values[values.length === 1 ? 0 : i], row: meaning })
    })
  }
  return settings
}

test('every setting is named in docs/configuration.md, with the default that it has', () => {
  const documented = documentedSettings()
  const { encoder: _encoder, ...rest } = DEFAULTS
  const known = settingsOf(rest)
  assert.ok(known.size > 60)
  for (const [name, value] of known) {
    const own = documented.get(name)
    if (own) {
      assert.deepEqual(own.byDefault, value, name)
      continue
    }
    // Named in the row of a kind that has it: `beta1` beside `training.optimizer.kind`
    const cut = name.lastIndexOf('.')
    const kind = documented.get(`${name.slice(0, cut)}.kind`)
    assert.ok(kind && quoted(kind.row).includes(name.slice(cut + 1)), `${name} is not documented`)
  }
  for (const name of documented.keys()) assert.ok(known.has(name), `${name} is documented and no setting`)
})

test('every setting of every encoder block is named there, with its default, and no other', () => {
  const documented = new Map<string, unknown>()
  let kinds: readonly string[] = []
  for (const [first, second = ''] of ROWS) {
    const own = quoted(first)
    if (first !== '') kinds = own.every(name => Object.hasOwn(ENCODER_BLOCK_DEFAULTS, name)) ? own : []
    for (const setting of second.split(';')) {
      const [name, ...more] = quoted(setting)
      const value = setting.slice(setting.indexOf(',') + 1).trim()
      if (name === undefined || (more.length === 0 && !setting.includes(','))) continue
      for (const kind of kinds) documented.set(`${kind}.${name}`, valuesIn(value)[0])
    }
  }
  const known = new Map<string, unknown>()
  for (const kind of Object.keys(ENCODER_BLOCK_DEFAULTS) as EncoderKind[])
    for (const [name, value] of Object.entries(ENCODER_BLOCK_DEFAULTS[kind]))
      if (name !== 'kind') known.set(`${kind}.${name}`, value)
  assert.ok(known.size > 45)
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(known))
})

test('every configuration in the documents is valid', () => {
  let blocks = 0
  for (const file of DOCS)
    for (const [, block] of textOf(file).matchAll(/```json\n([\s\S]*?)```/g)) {
      if (!/^\s*\{\s*"(preset|corpus|tags|input|encoder|decoder|training)"/.test(block)) continue
      resolveConfig({ file: JSON.parse(block), fileName: file })
      blocks++
    }
  assert.equal(blocks, 2)
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
  const everyBlock = Object.assign({}, ...Object.values(ENCODER_BLOCK_DEFAULTS))
  const known = withKnownSettings({
    ...(DEFAULTS as unknown as Plain),
    input: { ...DEFAULTS.input, columns: [{}], gazetteers: [{}] },
    encoder: [everyBlock, everyBlock],
  })
  let options = 0
  for (const file of DOCS)
    for (const [, path] of textOf(file).matchAll(/--([a-z]\w*\.[\w.]*\w)/g)) {
      const isWeight = path.startsWith('decoder.classWeights.')
      assert.ok(isWeight || hasPath(known, path), `${file}: --${path}`)
      options++
    }
  assert.ok(options > 40, `${options}`)
})
