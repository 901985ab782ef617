/** Taggers for scripts without spaces: what training chooses, and that text is then cut as the training corpus is. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { InputError } from '../base/errors.js'
import type { Note } from '../base/fault.js'
import { resolveConfig } from '../config/resolve.js'
import { fitSegmentations } from '../corpus/segmentation.js'
import type { Sentence } from '../corpus/sentence.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import type { TrainEvent } from '../run/events.js'
import { MemoryStore, type TrainedFiles } from '../run/memory-store.js'
import { segmenterProbe } from '../text/segmenter-probe.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { Training } from '../train/training.js'
import { evaluateOn } from '../workflows/node/evaluate-run.js'

const CITIES = ['北京', '上海', '南京', '广州', '天津', '西安']
const FRAMES = ['我们 在 @ 工作 。', '昨天 他们 去 @ 了 。', '@ 的 天气 很 好 。', '她 喜欢 @ 和 音乐 。']

const JAPANESE_CITIES = ['東京', '大阪', '京都', '札幌', '福岡', '仙台']
const JAPANESE_FRAMES = ['昨日 @ で 会議 が あっ た 。', '@ は とても 寒い 。', '私 は @ に 行き ます 。']

/** One sentence for each city in each frame, as words or as characters. */
function corpus(
  cities: readonly string[],
  frames: readonly string[],
  unit: 'words' | 'characters',
): Sentence[] {
  return frames.flatMap(frame =>
    cities.map((city, i) => {
      const words = frame.split(' ').flatMap(word => {
        const isCity = word === '@'
        const text = isCity ? city : word
        return (unit === 'words' ? [text] : [...text]).map((token, t) => ({
          token,
          tag: isCity ? (t === 0 ? 'B-LOC' : 'I-LOC') : 'O',
        }))
      })
      return { tokens: words.map(({ token }) => token), tags: words.map(({ tag }) => tag), lines: [i + 1] }
    }),
  )
}

interface Trained {
  readonly files: TrainedFiles
  readonly segmentation: string
  readonly warnings: readonly string[]
}

async function train(
  sentences: readonly Sentence[],
  segmentation: 'auto' | 'characters' | 'words' = 'auto',
  segmenter?: ReturnType<typeof segmenterProbe>,
): Promise<Trained> {
  const config = resolveConfig({
    file: {
      text: { segmentation },
      input: { words: { dim: 12, dropout: 0.1 }, dropout: 0 },
      encoder: [{ kind: 'bilstm', hidden: 12, dropout: 0 }],
      training: { epochs: 25, batchSize: 4, learningRate: 0.02, patience: null, threads: 1 },
    },
  })
  const corpora = { train: { path: 'train', scheme: 'BIO', sentences }, dev: null } as const
  const training = Training.prepare({ config, ...corpora, runtime: nodeRuntime() })
  const { vocabularies } = training.prepared
  const store = new MemoryStore({
    config: training.config,
    vocabularies: segmenter ? { ...vocabularies, segmenter } : vocabularies,
  })
  const events: TrainEvent[] = []
  for await (const event of training.run(store)) events.push(event)
  const done = events.at(-1)
  assert.ok(done?.kind === 'done')
  return {
    files: store.files() ?? (await store.finish(await training.result(done))),
    segmentation: training.config.text.segmentation,
    warnings: events.flatMap(event => (event.kind === 'warning' ? [event.code] : [])),
  }
}

const load = (files: TrainedFiles, onNotice: (message: string) => void = () => {}) =>
  loadTaggerFrom({ read: async file => files.get(file) }, { runtime: nodeRuntime(), threads: 1, onNotice })

/** How many of the texts have exactly their city as entity. */
async function found(
  files: TrainedFiles,
  cities: readonly string[],
  frames: readonly string[],
): Promise<number> {
  await using tagger = await load(files)
  let right = 0
  for (const frame of frames)
    for (const city of cities) {
      const entities = await tagger.tag(frame.replaceAll(' ', '').replace('@', city))
      if (entities.length === 1 && entities[0].text === city && entities[0].type === 'LOC') right++
    }
  return right
}

for (const [language, cities, frames] of [
  ['Chinese', CITIES, FRAMES],
  ['Japanese', JAPANESE_CITIES, JAPANESE_FRAMES],
] as const) {
  test(`${language} words: text is cut into words, and entities are found in it`, async () => {
    const sentences = corpus(cities, frames, 'words')
    const all = sentences.length
    const own = await train(sentences)
    assert.equal(own.segmentation, 'words')
    assert.ok(own.warnings.includes('segmentation'))
    const right = await found(own.files, cities, frames)
    // What every tagger of words got from text before: characters.
    const characters = await train(sentences, 'characters')
    const before = await found(characters.files, cities, frames)
    assert.ok(right >= 0.9 * all, `${right} of ${all}`)
    assert.ok(before <= 0.3 * all, `${before} of ${all} by characters`)
  })

  test(`${language} characters: text is cut into characters`, async () => {
    const sentences = corpus(cities, frames, 'characters')
    const own = await train(sentences)
    assert.equal(own.segmentation, 'characters')
    assert.ok((await found(own.files, cities, frames)) >= 0.9 * sentences.length)
  })
}

test('the fit of both cuts is measured on the tokens in scripts without spaces', () => {
  const words = fitSegmentations(corpus(CITIES, FRAMES, 'words'))
  assert.ok(words && words.words.f1 > 0.9 && words.characters.f1 < 0.6)
  assert.equal(words.characters.entities, 1)
  const characters = fitSegmentations(corpus(CITIES, FRAMES, 'characters'))
  assert.equal(characters?.characters.f1, 1)
  // An entity inside of a word of the dictionary.
  const inside = fitSegmentations([{ tokens: ['北京', '大学生'], tags: ['O', 'B-PER'], lines: [1] }])
  assert.ok(inside && inside.unspaced === 2 && inside.tokens === 2)
  assert.equal(fitSegmentations([{ tokens: ['Ada', 'wrote'], tags: ['O', 'O'], lines: [1] }]), undefined)
})

test('words are refused for running text and other corpora of characters', () => {
  const text = '我们在北京工作。'
  const tokens = [...text]
  const tags = tokens.map((_, i) => (i === 3 ? 'B-LOC' : i === 4 ? 'I-LOC' : 'O'))
  const offsets = tokens.map((_, i) => ({ start: i, end: i + 1 }))
  const corpora = [[{ text, tokens, tags, offsets, lines: [1] }], corpus(CITIES, FRAMES, 'characters')]
  for (const sentences of corpora) {
    const config = resolveConfig({ file: { text: { segmentation: 'words' } } })
    const train = { path: 'train', scheme: 'BIO', sentences } as const
    assert.throws(
      () => Training.prepare({ config, train, dev: null, runtime: nodeRuntime() }),
      (error: unknown) => error instanceof InputError && error.code === 'train/segmentation',
    )
  }
  assert.equal(corpora.length, 2)
})

test('a corpus in another script keeps characters, without a word about it', async () => {
  const tokens = ['Ada', 'lives', 'in', 'Oslo', '.']
  const sentences = Array.from({ length: 8 }, (_, i) => ({
    tokens,
    tags: ['O', 'O', 'O', 'B-LOC', 'O'],
    lines: [i],
  }))
  const { segmentation, warnings } = await train(sentences)
  assert.equal(segmentation, 'characters')
  assert.ok(!warnings.includes('segmentation'))
})

test('corpora that are cut otherwise than new text will be are named', () => {
  const of = (path: string, unit: 'words' | 'characters') => ({
    path,
    scheme: 'BIO' as const,
    sentences: corpus(CITIES, FRAMES, unit),
  })
  const english = {
    ...of('english', 'words'),
    sentences: [{ tokens: ['Oslo'], tags: ['B-LOC'], lines: [1] }],
  }
  const namedIn = (train: readonly ReturnType<typeof of>[], dev: ReturnType<typeof of> | null) => {
    const config = resolveConfig({})
    const { prepared } = Training.prepare({ config, train, dev, runtime: nodeRuntime() })
    return prepared.notes.flatMap(({ code, where }) => (code === 'other-segmentation' ? [where] : []))
  }
  assert.deepEqual(namedIn([of('words', 'words')], of('characters', 'characters')), ['characters'])
  assert.deepEqual(namedIn([of('characters', 'characters')], of('words', 'words')), ['words'])
  assert.deepEqual(namedIn([of('a', 'words')], of('b', 'words')), [])
  assert.deepEqual(namedIn([of('a', 'characters')], english), [])
  assert.equal(namedIn([of('a', 'words'), of('b', 'characters')], null).length, 1)
})

test('evaluate says that a corpus is cut otherwise than the tagger cuts text', async () => {
  const { files } = await train(corpus(CITIES, FRAMES, 'words').slice(0, 8))
  await using tagger = await load(files)
  const folder = temporaryFolder()
  try {
    const codesFor = async (unit: 'words' | 'characters') => {
      const path = join(folder.path, `${unit}.conll`)
      const rows = corpus(CITIES, FRAMES, unit).map(({ tokens, tags }) =>
        tokens.map((token, i) => `${token}\t${tags[i]}\n`).join(''),
      )
      writeFileSync(path, rows.join('\n'))
      const codes: string[] = []
      const onNote = (note: Note) => void codes.push(note.code)
      await evaluateOn(tagger, path, { mode: 'conlleval', reading: { onNote } })
      return codes.filter(code => code === 'other-segmentation')
    }
    assert.deepEqual(await codesFor('words'), [])
    assert.deepEqual(await codesFor('characters'), ['other-segmentation'])
  } finally {
    folder.remove()
  }
})

test('an engine that cuts otherwise than the one that trained is named when the tagger is loaded', async () => {
  const own = segmenterProbe()
  const sentences = corpus(CITIES, FRAMES, 'words').slice(0, 4)
  const noticesOf = async ({ files }: Trained) => {
    const notices: string[] = []
    await (await load(files, message => notices.push(message))).release()
    return notices
  }
  assert.deepEqual(await noticesOf(await train(sentences)), [])
  const other = await train(sentences, 'words', { icu: '1.0', cuts: { ...own.cuts, Chinese: '昨|天' } })
  const notices = await noticesOf(other)
  assert.equal(notices.length, 1)
  assert.ok(notices[0].includes('Chinese') && notices[0].includes('ICU 1.0') && !notices[0].includes('Thai'))
})
