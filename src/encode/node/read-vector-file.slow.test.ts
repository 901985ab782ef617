import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Random } from '../../base/random.js'
import { EncodeError } from '../encode-error.js'
import { Vocabulary } from '../vocabulary.js'
import { vectorCoverage, vectorsById, wantedForms } from '../word-vectors.js'
import { type ReadVectorsOptions, readVectorFile } from './read-vector-file.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-vectors-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function file(content: string | Buffer, extension = 'txt'): string {
  const path = join(root, `${count++}.${extension}`)
  writeFileSync(path, content)
  return path
}

const word = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 6 })
  .filter(text => !/[\s\uFEFF]/.test(text) && !/^\d+$/.test(text))

test('every format gives every word its numbers, wherever the chunks end', async () => {
  let cases = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 2, max: 5 }),
      fc.record({
        header: fc.boolean(),
        compressed: fc.boolean(),
        bom: fc.boolean(),
        end: fc.constantFrom('\n', '\r\n', ' \n'),
        separator: fc.constantFrom(' ', '\t'),
        lastEnd: fc.boolean(),
      }),
      fc.integer({ min: 1, max: 64 }),
      async (words, dim, { header, compressed, bom, end, separator, lastEnd }, chunkBytes) => {
        const numbers = words.map((_, i) => Array.from({ length: dim }, (_, d) => (i + 1) * 0.25 - d * 1e-3))
        const lines = words.map((w, i) => [w, ...numbers[i]].join(separator))
        if (header) lines.unshift(`${words.length} ${dim}`)
        const text = (bom ? '\uFEFF' : '') + lines.join(end) + (lastEnd ? end : '')
        const path = compressed ? file(gzipSync(text), 'vec.gz') : file(text)
        const vectors = await readVectorFile(path, { chunkBytes })
        assert.equal(vectors.dim, dim)
        assert.equal(vectors.words, words.length)
        assert.deepEqual([...vectors.rows.keys()], words)
        assert.deepEqual(vectors.matrix, Float32Array.from(numbers.flat()))
        cases++
      },
    ),
    { numRuns: 150 },
  )
  assert.equal(cases, 150)
})

interface BinaryShape {
  /** The count in the header; default: the true one. */
  readonly count?: number
  /** What stands behind each vector. */
  readonly end?: string
}

/** word2vec's binary form, as its own `fwrite` calls make it. */
function binary(entries: readonly (readonly [string, readonly number[]])[], shape: BinaryShape = {}): Buffer {
  const { count: announced = entries.length, end = '' } = shape
  return Buffer.concat([
    Buffer.from(`${announced} ${entries[0][1].length}\n`),
    ...entries.flatMap(([text, numbers]) => {
      const floats = Buffer.alloc(numbers.length * 4)
      numbers.forEach((value, i) => void floats.writeFloatLE(value, i * 4))
      return [Buffer.from(`${text} `), floats, Buffer.from(end)]
    }),
  ])
}

type Layout = 'text' | 'binary' | 'json' | 'senna'

/** A file, or a folder of them, with these vectors; the path to give. */
function write(
  layout: Exclude<Layout, 'text'>,
  words: readonly string[],
  numbers: readonly (readonly number[])[],
  { compressed, lineEnd, spaced }: { compressed: boolean; lineEnd: string; spaced: boolean },
): string {
  const pack = (content: string | Buffer) => (compressed ? gzipSync(content) : content)
  if (layout === 'binary') {
    const content = binary(
      words.map((w, i) => [w, numbers[i]]),
      { end: spaced ? '\n' : '' },
    )
    return file(pack(content), 'bin')
  }
  if (layout === 'json') {
    const vectors = Object.fromEntries(words.map((w, i) => [w, [...numbers[i], 0.5, i]]))
    const { length } = words
    const value = {
      precision: 8,
      size: length,
      dimensions: numbers[0].length,
      words,
      vectors,
      unkVector: [0],
    }
    return file(pack(JSON.stringify(value, null, spaced ? 1 : 0)), 'json')
  }
  const folder = join(root, `senna${count++}`)
  const [wordsIn, vectorsIn] = spaced
    ? ['hash', 'embeddings'].map(name => join(folder, name))
    : [folder, folder]
  for (const made of [wordsIn, vectorsIn]) mkdirSync(made, { recursive: true })
  const ending = compressed ? '.gz' : ''
  writeFileSync(join(wordsIn, `words.lst${ending}`), pack(words.map(w => w + lineEnd).join('')))
  writeFileSync(
    join(vectorsIn, `embeddings.txt${ending}`),
    pack(numbers.map(row => row.join(' ') + lineEnd).join('')),
  )
  return compressed ? folder : join(vectorsIn, 'embeddings.txt')
}

test('so do the binary form, JSON and SENNA, compressed or not', async () => {
  const seen = { binary: 0, json: 0, senna: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 2, max: 5 }),
      fc.constantFrom('binary', 'json', 'senna'),
      fc.record({
        compressed: fc.boolean(),
        lineEnd: fc.constantFrom('\n', '\r\n'),
        spaced: fc.boolean(),
      }),
      fc.integer({ min: 1, max: 64 }),
      async (all, dim, layout, shape, chunkBytes) => {
        // A JSON object of JavaScript's own puts whole numbers first and loses one key.
        const words = all.filter(w => w !== '__proto__')
        fc.pre(words.length > 0)
        const numbers = words.map((_, i) => Array.from({ length: dim }, (_, d) => (i + 1) * 0.25 - d * 1e-3))
        const path = write(layout, words, numbers, shape)
        const vectors = await readVectorFile(path, { chunkBytes })
        assert.equal(vectors.words, words.length)
        assert.deepEqual([...vectors.rows.keys()], words)
        assert.deepEqual(vectors.matrix, Float32Array.from(numbers.flat()))
        const cut = await readVectorFile(path, {
          chunkBytes,
          first: 1,
          keep: new Set([words[words.length - 1]]),
        })
        assert.deepEqual([...cut.rows.keys()], [...new Set([words[0], words[words.length - 1]])])
        assert.deepEqual(cut.matrix.subarray(0, dim), Float32Array.from(numbers[0]))
        assert.deepEqual(cut.matrix.subarray(-dim), Float32Array.from(numbers[words.length - 1]))
        seen[layout]++
      },
    ),
    { numRuns: 150 },
  )
  for (const [layout, runs] of Object.entries(seen)) assert.ok(runs > 20, `${layout}: ${runs}`)
})

test('the two files of SENNA must belong together', async () => {
  const folder = (wordList: string, numbers: string) => {
    const made = join(root, `senna${count++}`)
    mkdirSync(made)
    writeFileSync(join(made, 'words.lst'), wordList)
    writeFileSync(join(made, 'embeddings.txt'), numbers)
    return made
  }
  await assert.rejects(
    readVectorFile(folder('the\ncat\n', '1 2\n')),
    /expected 2 vectors, one for each word.*got 1/,
  )
  await assert.rejects(readVectorFile(folder('the\n', '1 2\n3 4\n')), /expected 1 vectors.*got 2/)
  await assert.rejects(readVectorFile(folder('the\ncat\n', '1 2\n3\n')), /:2: expected 2 numbers.*got 1/)
  const lonely = folder('the\n', '1 2\n')
  rmSync(join(lonely, 'words.lst'))
  await assert.rejects(readVectorFile(lonely), /got a folder without words.lst/)
})

test('only the words asked for are kept; repeated ones and ones with spaces are counted', async () => {
  const path = file('the 1 2\ncat 3 4\nthe 5 6\n. . 7 8\nname @ home 9 1\nof 0 -1e-3\n')
  const vectors = await readVectorFile(path, { keep: new Set(['the', 'of', 'dog']) })
  assert.deepEqual(
    [...vectors.rows],
    [
      ['the', 0],
      ['of', 1],
    ],
  )
  assert.deepEqual(vectors.matrix, Float32Array.of(1, 2, 0, -1e-3))
  assert.deepEqual([vectors.words, vectors.duplicates, vectors.withSpaces], [6, 1, 2])
})

test('a word with spaces may stand first', async () => {
  const text = '. . . 7 8\nthe 1 2\nname @ home 9 1\n'
  for (const [content, dim] of [
    [text, undefined],
    [text, 2],
    [`3 2\n${text}`, 2],
    [`\uFEFF3 2\n${text}`, undefined],
  ] as const) {
    const vectors = await readVectorFile(file(content), { dim })
    assert.deepEqual([...vectors.rows.keys()], ['the'])
    assert.deepEqual(vectors.matrix, Float32Array.of(1, 2))
    assert.deepEqual([vectors.dim, vectors.words, vectors.withSpaces], [2, 3, 2])
  }
  await assert.rejects(readVectorFile(file(text), { dim: 4 }), /:1: expected vectors of 4 numbers/)
  await assert.rejects(readVectorFile(file('3 2 1 0\nthe 1 2\n')), /:2: expected 3 numbers/)
})

test('the binary form is known by any numbers, without a control character too', async () => {
  const random = Random.fromSeed(3)
  let printable = 0
  for (let n = 0; n < 300; n++) {
    const dim = 2 + (n % 3)
    const row = Array.from({ length: dim }, () =>
      Math.fround(n < 100 ? random.below(99) / 10 : random.normal()),
    )
    const content = binary([[n % 2 ? 'naïve' : 'the', row]], { count: 1 })
    const numbers = content.subarray(-4 * dim)
    if (numbers.every(byte => byte >= 0x20 && byte !== 0x7f)) printable++
    const vectors = await readVectorFile(file(content, 'bin'))
    assert.deepEqual(vectors.matrix, Float32Array.from(row), content.toString('latin1'))
  }
  assert.ok(printable > 50, `${printable}`)
})

test('bad files are refused with file and line', async () => {
  const cases: readonly (readonly [string | Buffer, RegExp, ReadVectorsOptions?])[] = [
    ['the 1 2\ncat 3\n', /:2: expected 2 numbers, as on the lines before, got 1; the file may be cut short/],
    ['the 1 2\ncat 3 4 5\n', /:2: expected 2 numbers.*got 3/],
    ['the 1 2\ncat 3 4x\n', /:2: expected a number for "cat", got "4x"/],
    ['the 1 nan\n', /:1: expected a number for "the", got "nan"/],
    ['3 2\nthe 1 2\ncat 3 4\n', /expected 3 vectors, as its first line says, got 2; the file was cut short/],
    ['1 2\nthe 1 2\ncat 3 4\n', /expected 1 vectors.*got 2/],
    ['1 3\nthe 1 2\n', /:2: expected 3 numbers/],
    ['', /an empty file/],
    ['the[1,2],'.repeat(500_000), /:1: expected a word and its numbers, got a line of more than 4 MiB/],
    ['PK\x03\x04\x14', /got a zip archive; unpack it/],
    [Buffer.from('ba164f2f0c000000', 'hex'), /got a fastText model; give the .vec file/],
    [Buffer.from('934e554d50590100', 'hex'), /got a NumPy array/],
    [Buffer.from('800495', 'hex'), /got a Python pickle/],
    ['{"the":[1,2]}', /expected a JSON object with "dimensions" and "vectors", got another/],
    ['{"vectors":{"the":[1,2]}}', /expected "dimensions" before "vectors"/],
    ['{"dimensions":2,"vectors":{"the":[1,2],"cat":[1', /JSON to its end, got a file that is cut short/],
    [
      '{"dimensions":2,"vectors":{"the":[1,2],"cat":[1]}}',
      /vector 2: expected a number for "cat", got nothing/,
    ],
    ['{"dimensions":2,"vectors":{"the":[1,2],"cat":[1,null]}}', /expected a number for "cat", got "null"/],
    ['{"dimensions":2,"size":3,"vectors":{"the":[1,2]}}', /expected 3 vectors, as its "size" says, got 1/],
    ['{"dimensions":2,"vectors":{"the":"x[1]"}}', /vector 1: expected a word and a list of numbers/],
    ['{"dimensions":3,"vectors":{}}', /expected vectors of 2 numbers, got 3/, { dim: 2 }],
    [binary([['the', [1, 2]]], { count: 2 }), /expected 2 vectors, as its first line says, got 1/],
    [binary([['the', [1, 2]]]).subarray(0, -3), /expected 1 vectors, .* got 0; the file was cut short/],
    [
      binary(
        [
          ['the', [1, 2]],
          ['cat', [3, 4]],
        ],
        { count: 1 },
      ),
      /got 12 bytes more; the file is damaged/,
    ],
    [binary([['the', [1, Number.NaN]]]), /vector 1: expected numbers for "the", got NaN/],
    [binary([['x'.repeat(5000), [1, 2]]]), /vector 0: expected a word of up to 4096 bytes/],
    [binary([['the', [1, 2]]]), /:1: expected vectors of 3 numbers, got 2/, { dim: 3 }],
    ['5 2\n', /expected 5 vectors, as its first line says, got 0/],
    ['hello\n', /:1: expected a word and its numbers/],
    ['the 1 2\n', /:1: expected vectors of 3 numbers, got 2; set input.words.dim to 2/, { dim: 3 }],
    ['9 2\nthe 1 2\n', /:1: expected vectors of 3 numbers, got 2/, { dim: 3 }],
  ]
  for (const [content, message, options] of cases) {
    const path = file(content)
    await assert.rejects(readVectorFile(path, options), (error: unknown) => {
      assert.ok(error instanceof EncodeError, String(error))
      assert.match(error.message, message)
      assert.ok(error.message.startsWith(path))
      return true
    })
  }
  const whole = gzipSync('the 1 2\n'.repeat(1000))
  for (const path of [
    join(root, 'none'),
    join(root, 'none.gz'),
    root,
    file('the 1 2\n', 'gz'),
    file(whole.subarray(0, whole.length - 12), 'gz'),
  ])
    await assert.rejects(readVectorFile(path), EncodeError, path)
})

test('each word has the vector of its best form, and the coverage says so', async () => {
  const counts = new Map(
    ['London', 'Paris', '1984', 'B-52', 'xyzzy', 'the', 'A7'].map((entry, i) => [entry, 10 - i] as const),
  )
  const vocabulary = Vocabulary.fromCounts(counts)
  const path = file('London 1 1\nlondon 9 9\nparis 2 2\n0000 3 3\nb-00 4 4\nthe 5 5\nzzz 6 6\na# 7 7\n')
  const vectors = await readVectorFile(path, { keep: wantedForms(vocabulary.entries) })
  assert.ok(!vectors.rows.has('zzz'))
  const found = vectorsById(vocabulary, vectors)
  assert.deepEqual(vectorCoverage(counts, vectors), {
    words: 7,
    exact: 2,
    lower: 1,
    digits: 3,
    missing: 1,
    tokens: { words: 49, exact: 15, lower: 9, digits: 19, missing: 6 },
    examples: ['xyzzy'],
  })
  const expected: Record<string, number> = {
    London: 1,
    Paris: 2,
    '1984': 3,
    'B-52': 4,
    the: 5,
    A7: 7,
  }
  for (const [entry, value] of Object.entries(expected)) {
    assert.deepEqual(found.get(vocabulary.id(entry)), Float32Array.of(value, value), entry)
  }
  assert.equal(found.size, Object.keys(expected).length)
})
