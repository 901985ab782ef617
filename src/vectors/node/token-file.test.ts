import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from '../../base/node/temporary.js'
import { Random } from '../../base/random.js'
import { textSentences } from './text-sentences.js'
import { readTokenRange, tokenRanges, writeTokenFile } from './token-file.js'

async function collected(path: string, isCut: boolean): Promise<string[][]> {
  const all: string[][] = []
  for await (const tokens of textSentences(path, isCut)) all.push([...tokens])
  return all
}

test('a file of numbers gives back the text, in any number of ranges, less its rare words', async () => {
  using folder = temporaryFolder('nerite-tokens-')
  const random = Random.fromSeed(1)
  const text = Array.from({ length: 3000 }, () =>
    Array.from({ length: random.below(12) }, () => `w${Math.floor(60 * random.float() ** 3)}`),
  )
  async function* sentences() {
    yield* text
  }
  const file = await writeTokenFile(join(folder.path, 'ids'), sentences(), { minCount: 150 })
  const counts = new Map<string, number>()
  for (const word of text.flat()) counts.set(word, (counts.get(word) ?? 0) + 1)
  const frequent = [...counts].filter(([, count]) => count >= 150)
  assert.deepEqual(new Set(file.words), new Set(frequent.map(([word]) => word)))
  assert.ok(frequent.length < counts.size)
  file.words.forEach((word, i) => {
    assert.equal(file.counts[i], counts.get(word))
    assert.ok(i === 0 || file.counts[i] <= file.counts[i - 1])
  })
  const expected = text
    .filter(sentence => sentence.length > 0)
    .map(sentence => sentence.filter(word => (counts.get(word) ?? 0) >= 150))
  for (const parts of [1, 2, 7, 64]) {
    const read: string[][] = []
    let tokens = 0
    for (const range of tokenRanges(file, parts))
      readTokenRange(file.path, range, file.ranks, (ids, count, own) => {
        read.push([...ids.subarray(0, count)].map(id => file.words[id]))
        tokens += own
      })
    assert.deepEqual(read, expected)
    assert.equal(tokens, text.flat().length)
  }
  assert.equal(readFileSync(file.path).length, 4 * file.length)
  await assert.rejects(writeTokenFile(join(folder.path, 'none'), sentences(), { minCount: 1e6 }), {
    code: 'vectors/text',
  })
})

test('texts: plain, compressed, running or cut; a text of one line is cut', async () => {
  using folder = temporaryFolder('nerite-texts-')
  const at = (name: string) => join(folder.path, name)
  const text = 'Ada Lovelace wrote. It was 1843!\n\nNo  end'
  writeFileSync(at('a.txt'), `\uFEFF${text}`)
  writeFileSync(at('b.gz'), gzipSync(text))
  const running = [
    ['Ada', 'Lovelace', 'wrote', '.'],
    ['It', 'was', '1843', '!'],
    ['No', 'end'],
  ]
  for (const name of ['a.txt', 'b.gz']) assert.deepEqual(await collected(at(name), false), running)
  assert.deepEqual(await collected(at('b.gz'), true), [
    ['Ada', 'Lovelace', 'wrote.', 'It', 'was', '1843!'],
    ['No', 'end'],
  ])
  writeFileSync(at('long.txt'), 'word '.repeat(600_000))
  const long = await collected(at('long.txt'), true)
  assert.equal(long.flat().length, 600_000)
  assert.ok(long.every(sentence => sentence.length <= 10_000 && sentence.every(word => word === 'word')))
  const bad: readonly (readonly [string, Uint8Array])[] = [
    ['latin.txt', Buffer.from('caf\xe9 de nuit', 'latin1')],
    ['zeros.txt', Buffer.from('a\0b')],
    ['cut.gz', gzipSync(text).subarray(0, 30)],
    ['noise.gz', Buffer.from('not compressed')],
    ['endless.txt', Buffer.from('x'.repeat(3 << 20))],
  ]
  for (const [name, bytes] of bad) {
    writeFileSync(at(name), bytes)
    await assert.rejects(collected(at(name), false), { code: 'vectors/text' }, name)
  }
  await assert.rejects(collected(at('nowhere.txt'), false), { code: 'vectors/text' })
  await assert.rejects(collected(folder.path, false), { code: 'vectors/text' })
  assert.equal(bad.length, 5)
})
