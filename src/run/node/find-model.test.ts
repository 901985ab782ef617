import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { isInputError } from '../../base/errors.js'
import { findModel as findModelFrom } from './find-model.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'nerite-models-')))
const before = process.cwd()
process.chdir(root)
after(() => {
  process.chdir(before)
  rmSync(root, { recursive: true, force: true })
})

function makeRun(path: string): void {
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'manifest.json'), '{}')
}

function install(name: string): string {
  const folder = join(root, 'node_modules', name)
  makeRun(join(folder, 'model'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, nerite: { model: 'model' } }))
  return join(folder, 'model')
}

const findModel = (model: string) => findModelFrom(model, [root])

/** The one line of the refusal. */
function refusal(model: string): string {
  let text = ''
  assert.throws(
    () => findModel(model),
    error => {
      assert.ok(isInputError(error) && error.code === 'model/file')
      assert.equal(error.faults.length, 1)
      assert.equal(error.faults[0].where, model)
      text = error.message
      return true
    },
  )
  return text
}

test('a bare name is the package of our scope, a scoped name is itself, a path is a folder', () => {
  const path = install('@nerite/xx')
  const law = install('@acme/law')
  assert.deepEqual(findModel('xx'), { kind: 'package', path })
  assert.deepEqual(findModel('@nerite/xx'), { kind: 'package', path })
  assert.deepEqual(findModel('@acme/law'), { kind: 'package', path: law })
  makeRun('runs/a')
  for (const model of ['runs/a', './runs/a', join(root, 'runs', 'a')])
    assert.deepEqual(findModel(model), { kind: 'folder', path: model })
  assert.deepEqual(findModel(pathToFileURL(join(root, 'runs', 'a')).href), {
    kind: 'folder',
    path: join(root, 'runs', 'a'),
  })
  for (const path of ['https://example.org/news/', 'http://localhost:1/x'])
    assert.deepEqual(findModel(path), { kind: 'address', path })
  // A path is never a package, even if there is one.
  assert.match(refusal('./xx'), /run folder/)
})

test('a run in a folder comes before a package of the name, any other folder does not; both are said', () => {
  const path = install('@nerite/both')
  mkdirSync('both')
  const passedOver = findModel('both')
  assert.deepEqual({ ...passedOver, notice: undefined }, { kind: 'package', path, notice: undefined })
  assert.match(passedOver.notice ?? '', /@nerite\/both/)
  makeRun('both')
  const taken = findModel('both')
  assert.deepEqual({ ...taken, notice: undefined }, { kind: 'folder', path: 'both', notice: undefined })
  assert.match(taken.notice ?? '', /@nerite\/both/)
  // What the notice advises.
  assert.deepEqual(findModel('./both'), { kind: 'folder', path: './both' })
  assert.deepEqual(findModel('@nerite/both'), { kind: 'package', path })
  // Without a package there is nothing to say.
  makeRun('alone')
  assert.deepEqual(findModel('alone'), { kind: 'folder', path: 'alone' })
  mkdirSync('empty')
  assert.deepEqual(findModel('empty'), { kind: 'folder', path: 'empty' })
})

test('a damaged package is refused where it would be taken, and not missed where a folder is', () => {
  install('@nerite/bad')
  writeFileSync(join(root, 'node_modules', '@nerite', 'bad', 'package.json'), '{')
  assert.throws(() => findModel('bad'), { code: 'package/part' })
  makeRun('bad')
  assert.deepEqual(findModel('bad'), { kind: 'folder', path: 'bad' })
})

test('what is absent is said with what to do: install, or a name that is close', () => {
  assert.match(refusal('en'), /npm install @nerite\/en$/)
  assert.match(refusal('@nerite/en'), /npm install @nerite\/en$/)
  makeRun('runs/tweets')
  makeRun('letters')
  assert.match(refusal('tweet'), /did you mean runs.tweets\?/)
  assert.match(refusal('leters'), /did you mean letters\?/)
  assert.match(refusal('runs/tweetz'), /did you mean runs.tweets\?/)
  // Nobody is told to install a package that may be a stranger's.
  for (const name of ['unheard-of', '@acme/unheard-of'])
    assert.doesNotMatch(refusal(name), /npm install (?!@nerite\/en\b)/)
})
