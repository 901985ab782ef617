import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isRecord } from '../base/json-types.js'
import { CLASSIC_PRESETS } from './classic-presets.js'
import type { EncoderBlockConfig } from './encoder-blocks.js'
import { parseConfig } from './resolve.js'
import { bare, isNullable, isSection, kindsOf, type Node, ROOT } from './settings-tree.js'

/** A setting as the page or the schema has it, by its path, and by its kind where it belongs to one. */
interface Row {
  readonly byDefault: unknown
  /** `undefined` where the page says it in words. */
  readonly range: string | undefined
}

/** Every setting of the schema; places in lists are `N`. */
function known(node: Node, path: string, rows = new Map<string, Row>()): Map<string, Row> {
  const own = bare(node)
  if (own.item) return known(own.item, `${path}.N`, rows)
  const kinds = kindsOf(node)
  const options = kinds.length > 0 ? (own.options ?? []) : [own]
  options.forEach(({ entries = {} }, i) => {
    for (const [name, entry] of Object.entries(entries)) {
      if (name === 'kind' || name === 'recognizer') continue
      const child = path === '' ? name : `${path}.${name}`
      const isPlain = isSection(entry) && kindsOf(entry).length === 0 && !isNullable(entry)
      // The sections of a kind of recognizer have tables of their own, as all others.
      const key = kinds.length > 0 && path !== '' ? `${path} ${kinds[i]} ${name}` : child
      if (!isPlain && !['from', 'pretrained', 'encoder', 'decoder'].includes(child))
        rows.set(key, { byDefault: defaultOf(entry), range: rangeOf(entry) })
      known(entry, child, rows)
    }
  })
  return rows
}

function defaultOf(node: Node): unknown {
  const { default: value } = node
  return isRecord(value) && 'kind' in value ? value.kind : value
}

function rangeOf(node: Node): string | undefined {
  const own = bare(node) as Node & { readonly pipe?: readonly Check[]; readonly options?: readonly unknown[] }
  const kinds = kindsOf(node)
  const orNull = (range: string) => (isNullable(node) ? `${range}, \`null\`` : range)
  if (kinds.length > 0) return kinds.map(kind => `\`${kind}\``).join(', ')
  if (own.type === 'boolean') return 'true, false'
  if (own.type === 'picklist') return orNull(own.options?.map(choice => `\`${choice}\``).join(', ') ?? '')
  if (own.type !== 'number') return undefined
  const limit = (type: string) => own.pipe?.find(check => check.type === type)?.requirement
  const [least, most, above, below] = ['min_value', 'max_value', 'gt_value', 'lt_value'].map(limit)
  const isInteger = own.pipe?.some(({ type }) => type === 'integer')
  const start = limit('multiple_of') === 2 ? 'even, ' : ''
  const text = (value: number | undefined) => value?.toLocaleString('en')
  if (isInteger && most !== undefined) return orNull(`${start}${text(least)} to ${text(most)}`)
  if (most === undefined && below === undefined)
    return orNull(above === undefined ? `${text(least)} or more` : `above ${text(above)}`)
  return orNull(
    `${above === undefined ? `[${least}` : `(${above}`}, ${below === undefined ? `${most}]` : `${below})`}`,
  )
}

interface Check {
  readonly type: string
  readonly requirement?: number
}

/** What stands between backticks. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside)

function cellValue(cell: string): unknown {
  if (cell === '–') return undefined
  return JSON.parse(cell.replace(/`([^`]*)`/g, (_, name) => (name === 'null' ? name : JSON.stringify(name))))
}

/** The tables of docs/configuration.md whose head has these columns, row by row. */
function documented(page: string): Map<string, Row> {
  const rows = new Map<string, Row>()
  let section = ''
  let columns = ''
  let kinds: readonly string[] = []
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) section = /^#+ `([\w.]+)`$/.exec(line)?.[1] ?? ''
    if (!line.startsWith('| ')) continue
    const cells = line.split('|').slice(1, -1)
    const [first, ...rest] = cells.map(cell => cell.trim())
    if (['kind', 'setting', 'format'].includes(first)) columns = [first, rest[0]].join()
    if (['kind', 'setting', 'format', '---'].includes(first)) continue
    if (columns.startsWith('setting,'))
      for (const name of quoted(first)) {
        const path = section === '' ? name : `${section}.${name}`
        rows.set(path, { byDefault: cellValue(rest[0]), range: rest[1] })
      }
    else if (columns === 'kind,setting') {
      if (first !== '') kinds = quoted(first)
      for (const kind of kinds)
        for (const name of quoted(rest[0]))
          rows.set(`${section} ${kind} ${name}`, { byDefault: cellValue(rest[1]), range: rest[2] })
    }
  }
  return rows
}

test('docs/configuration.md has every setting, with its default and its range, and no other', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  const found = documented(page)
  const settings = known(ROOT, '')
  settings.set('recognizer', { byDefault: 'neural', range: rangeOf(ROOT) })
  assert.deepEqual([...found.keys()].sort(), [...settings.keys()].sort())
  for (const [name, { byDefault, range }] of settings) {
    assert.deepEqual(found.get(name)?.byDefault, byDefault, name)
    if (range !== undefined) assert.equal(found.get(name)?.range, range, name)
    else assert.notEqual(found.get(name)?.range, '', name)
  }
  assert.ok(settings.size > 110, `${settings.size}`)
})

/** The size that stands behind a block in docs/presets.md. */
function sizeOf(block: EncoderBlockConfig): number | undefined {
  if ('hidden' in block) return block.hidden
  if ('filters' in block) return block.filters
  return 'width' in block ? block.width : undefined
}

test('docs/presets.md has the numbers of every classic recipe', () => {
  const page = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter(line => /^\| `[\w-]+-classic` \| \d/.test(line))
  for (const row of rows) {
    const [name, words, encoder, dropout, decoder, optimizer, rate, batch, epochs] = row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.replaceAll('`', '').trim())
    const config = parseConfig({ preset: name })
    const { training } = config
    const [first] = config.encoder
    assert.deepEqual(
      [encoder, decoder, optimizer],
      [
        config.encoder.map(block => [block.kind, sizeOf(block) ?? []].flat().join(' ')).join(', '),
        config.decoder.kind,
        training.optimizer.kind,
      ],
      name,
    )
    assert.deepEqual(
      [words, dropout, rate, batch, epochs].map(Number),
      [config.input.words.dim, first.dropout, training.learningRate, training.batchSize, training.epochs],
      name,
    )
  }
  assert.deepEqual(
    rows.map(row => /`([\w-]+)`/.exec(row)?.[1]),
    CLASSIC_PRESETS.map(({ name }) => name),
  )
})
