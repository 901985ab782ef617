import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from './errors.js'
import { PRESET_NAMES } from './presets.js'
import { parseConfig, type UncheckedSources } from './resolve.js'
import type { Config } from './schema.js'
import { bare, isSection, kindsOf, type Node, ROOT, settingPaths } from './settings-tree.js'

/** A configuration, or `undefined` where it is refused as it should be. */
function resolved(sources: UncheckedSources): Config | undefined {
  try {
    return parseConfig(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    assert.ok(error.faults.length > 0)
    return undefined
  }
}

/** What is accepted survives JSON, and resolves to itself. */
function checkRoundTrip(config: Config): void {
  const file = JSON.parse(JSON.stringify(config))
  assert.deepEqual(file, config)
  assert.deepEqual(parseConfig({ file }), config)
}

const json = fc.jsonValue({ maxDepth: 3 })
const name = fc.constantFrom('kind', 'dim', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x')

const sometimes = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

/** Values that a setting takes, and now and then any others. */
function anyValue(node: Node): fc.Arbitrary<unknown> {
  const own = bare(node)
  const parts: fc.Arbitrary<unknown>[] = []
  if (isSection(node)) {
    const kinds = kindsOf(node)
    const options = own.options ?? [own]
    for (const [i, { entries = {} }] of options.entries()) {
      const values = Object.fromEntries(
        Object.entries(entries).map(([key, entry]) => [
          key,
          key === 'kind' ? fc.constant(kinds[i]) : sometimes(anyValue(entry)),
        ]),
      )
      parts.push(fc.record(values))
    }
    if (kinds.length > 0) parts.push(fc.constantFrom(...kinds))
  } else if (own.item) parts.push(fc.array(anyValue(own.item), { maxLength: 3 }))
  else if (own.type === 'boolean') parts.push(fc.boolean())
  else if (own.type === 'string') parts.push(fc.string({ maxLength: 3 }))
  else if (own.type === 'picklist') parts.push(fc.constantFrom(...(own.options as unknown as string[])))
  else if (own.type === 'number')
    parts.push(fc.integer({ min: 1, max: 64 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0))
  else
    parts.push(fc.string({ maxLength: 2 }), fc.dictionary(name, fc.double({ min: 0.1, max: 2, noNaN: true })))
  return fc.oneof(
    { weight: 40, arbitrary: fc.oneof(...parts) },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: json },
  )
}

const RUNS = { numRuns: 500 }

test('any JSON is accepted whole or refused with faults of the configuration', () => {
  fc.assert(
    fc.property(
      fc.oneof(json, fc.dictionary(fc.oneof(name, fc.constantFrom('input', 'training')), json)),
      file => {
        const config = resolved({ file, fileName: 'x.json', fileText: JSON.stringify(file) })
        if (config) checkRoundTrip(config)
      },
    ),
    RUNS,
  )
  const deep = JSON.parse(`${'{"input":'.repeat(1)}${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  assert.equal(resolved({ file: deep }), undefined)
  assert.equal(resolved({ file: JSON.parse('{"__proto__":{"training":{"epochs":3}}}') }), undefined)
})

test('settings of the right kinds, right or wrong, over any preset', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.constantFrom(undefined, ...PRESET_NAMES), anyValue(ROOT), (preset, file) => {
      const config = resolved({ preset, file })
      if (!config) return
      accepted++
      checkRoundTrip(config)
    }),
    RUNS,
  )
  assert.ok(accepted > 50, `${accepted} accepted`)
})

test('any override of any setting is applied or refused', () => {
  const file = { input: { columns: ['pos'], gazetteers: ['a.txt'] }, encoder: ['attention', 'transformer'] }
  const config = parseConfig({ file })
  const paths = settingPaths(config)
  assert.ok(paths.length > 100, `${paths.length} paths`)
  const text = fc.oneof(
    fc.constantFrom(
      'null',
      '3',
      '0.1',
      'true',
      '{}',
      '[]',
      'sgd',
      'softmax',
      'lstm',
      '{"kind":"crf"}',
      '["gru"]',
    ),
    fc.string({ maxLength: 4 }),
  )
  const path = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...paths) },
    fc.tuple(fc.constantFrom(...paths), name).map(parts => parts.join('.')),
    fc.string({ maxLength: 5 }),
  )
  let accepted = 0
  fc.assert(
    fc.property(fc.array(fc.record({ path, text }), { maxLength: 3 }), overrides => {
      const changed = resolved({ file, overrides })
      if (!changed) return
      accepted++
      checkRoundTrip(changed)
    }),
    RUNS,
  )
  assert.ok(accepted > 100, `${accepted} accepted`)
})
