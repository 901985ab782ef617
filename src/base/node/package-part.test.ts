import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../errors.js'
import { isPackageName, packagePart } from './package-part.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'nerite-package-')))
after(() => rmSync(root, { recursive: true, force: true }))

let installed = 0

/** Installs a package of a new name with this `package.json` and a model folder. */
function install(packageJson: string, folder = root): string {
  const name = `@nerite/test-${installed++}`
  const dir = join(folder, 'node_modules', name)
  mkdirSync(join(dir, 'model'), { recursive: true })
  writeFileSync(join(dir, 'package.json'), packageJson)
  writeFileSync(join(dir, 'a-file'), 'not JSON')
  return name
}

const stating = (model: unknown) => JSON.stringify({ name: 'x', exports: './x.js', nerite: { model } })

test('a package is found from its folder upward, and says where its model is', () => {
  const inner = join(root, 'project', 'src')
  mkdirSync(inner, { recursive: true })
  const name = install(stating('model'))
  const path = join(root, 'node_modules', name, 'model')
  assert.equal(packagePart(name, 'model', [root]), path)
  assert.equal(packagePart(name, 'model', [inner]), path)
  const near = join(inner, 'node_modules', name)
  mkdirSync(join(near, 'other'), { recursive: true })
  writeFileSync(join(near, 'package.json'), stating('other'))
  assert.equal(packagePart(name, 'model', [inner]), join(near, 'other'))
  assert.equal(packagePart('@nerite/none', 'model', [inner]), undefined)
})

test('a package that is linked into node_modules, as workspaces are, is found where it really is', () => {
  const real = join(root, 'models', 'linked')
  mkdirSync(join(real, 'run'), { recursive: true })
  writeFileSync(join(real, 'package.json'), stating('run'))
  const link = join(root, 'node_modules', '@nerite', 'linked')
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(real, link, 'junction')
  assert.equal(packagePart('@nerite/linked', 'model', [root]), join(real, 'run'))
})

test('nothing that a hostile package says leads out of it', () => {
  mkdirSync(join(root, 'secret'))
  const paths = ['../secret', '/etc', '..', '.', '', 'a/../../b', 'model/', 'C:\\x', '\\\\host\\x', 'a\0b']
  const values = [...paths, 7, null, ['model'], { model: 'model' }, 'm'.repeat(10_000), 'gone']
  const texts = [
    ...values.map(stating),
    'not JSON',
    '[]',
    '"model"',
    '{"nerite":{"model":"model","model":"x"}}',
    '{"__proto__":{"nerite":{"model":"model"}}}',
    '{}',
    '{"nerite":[]}',
    `${'['.repeat(100_000)}`,
    `{"x":"${'x'.repeat(2_000_000)}"}`,
  ]
  let cases = 0
  for (const text of texts) {
    const name = install(text)
    assert.throws(
      () => packagePart(name, 'model', [root]),
      error => {
        assert.ok(isInputError(error) && error.code === 'package/part', text.slice(0, 80))
        assert.ok(error.message.length < 1000)
        return true
      },
    )
    cases++
  }
  assert.equal(cases, 25)
  // A package that has vectors but no model.
  const name = install(JSON.stringify({ nerite: { vectors: 'a-file' } }))
  assert.throws(() => packagePart(name, 'model', [root]), { code: 'package/part' })
  assert.equal(packagePart(name, 'vectors', [root]), join(root, 'node_modules', name, 'a-file'))
})

test('a link out of the package is refused, and so is one in place of package.json', () => {
  const name = install(stating('out'))
  const dir = join(root, 'node_modules', name)
  symlinkSync(tmpdir(), join(dir, 'out'), 'junction')
  assert.throws(() => packagePart(name, 'model', [root]), { code: 'package/part' })
  rmSync(join(dir, 'package.json'))
  writeFileSync(join(root, 'outside.json'), stating('model'))
  symlinkSync(join(root, 'outside.json'), join(dir, 'package.json'))
  assert.throws(() => packagePart(name, 'model', [root]), { code: 'package/part' })
})

test('names that npm would not take are not looked up', () => {
  for (const name of ['en', '@nerite/en', 'a.b-c_d', '@a/b']) assert.ok(isPackageName(name), name)
  const others = ['', '.', '..', './en', 'a/b', '@a/b/c', '@a', '../x', 'En', 'a b', 'a\\b', '@/x', '@../x']
  for (const name of [...others, 'x'.repeat(215)]) assert.ok(!isPackageName(name), name)
})
