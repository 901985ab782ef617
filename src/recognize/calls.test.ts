import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenSentence } from '../model/inputs/sentence.js'
import { untrainedInfo } from './rule-info.js'
import { SentenceRecognizer } from './sentence-recognizer.js'
import { randomTagger } from './testing/random-tagger.js'

const TEXT = 'Ada wrote to Charles. Charles wrote to Ada.'
const IS_RELEASED = { code: 'predict/released' }

test('release lets calls of several batches end, and refuses every later call', async () => {
  const tagger = await randomTagger()
  const texts = Array.from({ length: 600 }, () => TEXT)
  const expected = await tagger.tag(TEXT)
  const underWay = tagger.tag(texts)
  const tokens = tagger.tagTokens([['Ada', 'wrote']])
  const stream = tagger.annotate(texts)
  await stream.next()
  const releases = [tagger.release(), tagger.release(), tagger[Symbol.asyncDispose]()]
  assert.ok(releases.every(release => release === releases[0]))
  const refused = [
    () => tagger.tag(TEXT),
    () => tagger.tag([TEXT]),
    () => tagger.tagTokens([]),
    () => tagger.nBest([['Ada']], 1),
    () => tagger.tagProbabilities([['Ada']]),
    () => tagger.attention([['Ada']]),
  ]
  for (const call of refused) await assert.rejects(call(), IS_RELEASED)
  assert.throws(() => tagger.annotate([TEXT]), IS_RELEASED)
  assert.throws(() => tagger.annotateNBest([TEXT], 1), IS_RELEASED)
  assert.throws(() => tagger.seesWhole(['Ada']), IS_RELEASED)
  assert.deepEqual(
    await underWay,
    texts.map(() => expected),
  )
  assert.equal((await tokens).length, 1)
  let rest = 1
  for await (const { entities } of stream) {
    assert.deepEqual(entities, expected)
    rest++
  }
  assert.equal(rest, texts.length)
  await Promise.all(releases)
  await assert.rejects(tagger.tag(TEXT), IS_RELEASED)
})

/** Decoding waits until it is let go. */
class Waiting extends SentenceRecognizer {
  readonly info = untrainedInfo('rules', [])
  readonly events: string[] = []
  go: () => void = () => undefined
  private readonly gate = new Promise<void>(resolve => {
    this.go = resolve
  })

  protected async decode(sentences: readonly TokenSentence[]) {
    await this.gate
    this.events.push('decoded')
    return sentences.map(() => ({ tags: [], spans: [] }))
  }

  protected async free() {
    this.events.push('freed')
  }
}

test('release resolves when all is done, and frees once', async () => {
  const recognizer = new Waiting()
  const call = recognizer.tagTokens([['a']])
  const release = recognizer.release().then(() => recognizer.events.push('released'))
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(recognizer.events, [])
  recognizer.go()
  await call
  await release
  await recognizer.release()
  assert.deepEqual(recognizer.events, ['decoded', 'freed', 'released'])
})

test('a stream that never began, failed or was left does not hold up release', async () => {
  const tagger = await randomTagger()
  const unused = tagger.annotate([TEXT])
  for await (const _ of tagger.annotate([TEXT, TEXT])) break
  async function* broken() {
    yield TEXT
    throw new Error('broken')
  }
  await assert.rejects(async () => {
    for await (const _ of tagger.tag(broken())) assert.ok(true)
  }, /broken/)
  await tagger.release()
  await assert.rejects(unused.next(), IS_RELEASED)
})
