import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { VERSION } from '../base/version.js'
import * as browser from '../browser.js'
import * as index from '../index.js'

const dist = new URL('../', import.meta.url)

/** At the beginning of a line: comments and strings have examples. */
const IMPORT = /^(?:import|export)\b[^'"]*\bfrom '([^']+)'|\bimport\('([^']+)'\)/gm

/** Every compiled file that one leads to, and every package. */
function reachable(entry: URL): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: URL): void => {
    if (files.has(file.href)) return
    files.add(file.href)
    const source = readFileSync(file, 'utf8')
    for (const [, from, dynamic] of source.matchAll(IMPORT)) {
      const name = from ?? dynamic
      if (name.startsWith('.')) visit(new URL(name, file))
      else packages.add(name)
    }
  }
  visit(entry)
  return { files, packages }
}

test('what a browser loads needs two packages, one for phone numbers, one for rules files, and nothing of Node’s', () => {
  const { files, packages } = reachable(new URL('browser.js', dist))
  assert.ok(files.size > 100, `${files.size} files`)
  assert.deepEqual([...packages].sort(), ['libphonenumber-js/max', 'onnxruntime-web/wasm', 'valibot', 'yaml'])
  assert.deepEqual(
    [...files].filter(file => file.slice(dist.href.length).includes('node/')),
    [],
  )
  const all = reachable(new URL('index.js', dist)).packages
  assert.ok(all.has('node:fs') && all.has('onnxruntime-web'), 'the walk sees what it looks for')
})

test('nerite/engine is base and engine alone, and needs ONNX Runtime only', () => {
  const { files, packages } = reachable(new URL('engine.js', dist))
  assert.ok(files.size > 50, `${files.size} files`)
  assert.deepEqual([...packages], ['onnxruntime-web/wasm'])
  const rooms = [...files].map(file => file.slice(dist.href.length).split('/')[0])
  assert.deepEqual([...new Set(rooms)].sort(), ['base', 'engine', 'engine.js'])
  assert.ok([...files].every(file => !file.slice(dist.href.length).includes('node/')))
  const inNode = reachable(new URL('engine-node.js', dist)).files
  assert.ok([...files].every(file => inNode.has(file)))
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', dist), 'utf8'))
  assert.equal(exports['./engine'].node.default, './lib/engine-node.js')
  assert.equal(exports['./engine'].default, './lib/engine.js')
})

test('nerite has everything that nerite/browser has', () => {
  const names = Object.keys(browser)
  assert.ok(names.length > 50)
  assert.deepEqual(
    names.filter(name => !(name in index)),
    [],
  )
})

test('the version is that of the package', () => {
  const text = readFileSync(new URL('../package.json', dist), 'utf8')
  assert.equal((JSON.parse(text) as { version: string }).version, VERSION)
})
