/** The battery that every kind of recognizer passes. To add a kind, add it to `KINDS`. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { SpanConstraints } from '../../decode/constraints.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import { loadTaggerFrom } from '../../recognize/load-recognizer.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { runReport } from '../../report/node/run-report.js'
import { renderReport } from '../../report/render-report.js'
import { packRun } from '../../run/node/pack-run.js'
import { finishRunFolder, openRunFolder } from '../../run/node/run-folder.js'
import type { TokenSpan } from '../../tags/span.js'
import { temporaryFolder } from '../testing/tiny-run.js'
import { KINDS } from './testing/kinds.js'

const folder = temporaryFolder()
after(() => folder.remove())

const DEV = new URL('../../../samples/test.markup', import.meta.url).pathname
const TEXTS = [
  'Ada Lovelace wrote to Charles Babbage from London on 12 May. The Analytical Society met in Turin.',
  '😀 Maria Silva flew to São Paulo 🛫 with Acme Ltd.',
  'דוד גר בירושלים, and __proto__ met constructor in Paris.',
  '',
  '   \n\t ',
  'a'.repeat(3000),
]

async function* streamOf(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
}

function hasCode(code: string) {
  return (error: unknown) => isInputError(error) && error.code === code
}

/** What a folder's files hold, apart from times. */
function content(dir: string): Record<string, string> {
  const names = readdirSync(dir).filter(name => /^(config|vocab)\.json$|^model\./.test(name))
  assert.ok(names.length >= 3)
  return Object.fromEntries(names.map(name => [name, readFileSync(join(dir, name), 'base64')]))
}

async function using<Result>(
  tagger: Recognizer,
  work: (tagger: Recognizer) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(tagger)
  } finally {
    await tagger.release()
  }
}

for (const { name, make } of KINDS) {
  const dir = join(folder.path, name)
  const made = make(dir)

  test(`${name}: made twice, it is the same, byte for byte`, async () => {
    await made
    const again = join(folder.path, `${name}-again`)
    await make(again)
    assert.deepEqual(content(again), content(dir))
  })

  test(`${name}: a folder, its files in memory and a packed copy agree, and score what training measured`, async () => {
    await made
    const packed = join(folder.path, `${name}-packed`)
    await packRun(dir, packed)
    // In memory that begins at an odd byte, as parts of Node.js's buffers may.
    const files = {
      read: async (file: string) => {
        const bytes = readFileSync(join(dir, file))
        return Buffer.concat([Buffer.of(0), bytes]).subarray(1)
      },
    }
    const found: unknown[] = []
    for (const load of [
      () => loadTagger(dir),
      () => loadTagger(packed),
      () => loadTaggerFrom(files, { runtime: nodeRuntime() }),
    ])
      found.push(await using(await load(), tagger => tagger.tag(TEXTS)))
    assert.deepEqual(found[1], found[0])
    assert.deepEqual(found[2], found[0])
    const { sentences, scheme } = await loadCorpus(DEV)
    const scores = await using(await loadTagger(dir), tagger =>
      scorePairs(predictCorpus(tagger, sentences, scheme.scheme), {
        mode: 'conlleval',
        scheme: scheme.scheme,
      }),
    )
    const run = await openRunFolder(dir)
    await run.load(run.names)
    assert.deepEqual(scores.exact.micro, run.metrics()?.dev?.exact.micro)
    assert.ok(scores.exact.micro.predicted > 0, 'it finds something')
  })

  test(`${name}: entities are at their offsets, with types and scores; tags are the likeliest`, async () => {
    await made
    await using(await loadTagger(dir), async tagger => {
      const { types, tags } = tagger.info
      let entities = 0
      for (const [i, found] of (await tagger.tag(TEXTS)).entries())
        for (const { start, end, text, type, score } of found) {
          assert.equal(TEXTS[i].slice(start, end), text)
          assert.ok(types.includes(type) && score >= 0 && score <= 1)
          entities++
        }
      assert.ok(entities > 0)
      const sentence = ['Ada', 'Lovelace', '__proto__', 'in', 'London', '.']
      const [decoded] = await tagger.tagTokens([sentence])
      const [[best, second]] = await tagger.nBest([sentence], 2)
      assert.deepEqual(best.tags, decoded.tags)
      assert.ok(best.probability >= second.probability)
      const [rows] = await tagger.tagProbabilities([sentence])
      assert.equal(rows.length, sentence.length * tags.length)
      for (let t = 0; t < sentence.length; t++) {
        const row = rows.subarray(t * tags.length, (t + 1) * tags.length)
        assert.ok(Math.abs(row.reduce((sum, each) => sum + each, 0) - 1) < 1e-6)
      }
    })
  })

  test(`${name}: under constraints, tags and scores are those of the taggings that agree with them`, async () => {
    await made
    await using(await loadTagger(dir), async tagger => {
      const sentence = ['Ada', 'Lovelace', 'London']
      const [all] = await tagger.nBest([sentence], 1000)
      const total = all.reduce((sum, { probability }) => sum + probability, 0)
      assert.ok(Math.abs(total - 1) < 1e-6, `all of ${all.length} taggings`)
      const has = (spans: readonly TokenSpan[], { start, end, type }: TokenSpan) =>
        spans.some(own => own.start === start && own.end === end && own.type === type)
      const [type, other] = tagger.info.types
      const fixed = { start: 1, end: 2, type }
      const cases: readonly (readonly [SpanConstraints, (spans: readonly TokenSpan[]) => boolean])[] = [
        [{ fixed: [fixed] }, spans => has(spans, fixed)],
        [{ forbidden: [{ start: 0, end: 2 }] }, spans => spans.every(({ start }) => start >= 2)],
        [
          { fixed: [fixed], forbidden: [{ start: 0, end: 3, type: other }] },
          spans => has(spans, fixed) && spans.every(own => own.type !== other),
        ],
        [{ fixed: [{ start: 0, end: 3, type: 'NOBODY' }] }, spans => spans.length === 0],
      ]
      let scores = 0
      for (const [constraints, agrees] of cases) {
        const left = all.filter(({ spans }) => agrees(spans))
        const [found] = await tagger.tagConstrained([sentence], [constraints])
        assert.deepEqual(found.tags, left[0].tags)
        const sum = left.reduce((part, { probability }) => part + probability, 0)
        for (const span of found.spans) {
          const own = left
            .filter(({ spans }) => has(spans, span))
            .reduce((part, each) => part + each.probability, 0)
          assert.ok(Math.abs(own / sum - span.score) < 1e-4, `${own / sum} ${span.score}`)
          scores++
        }
      }
      assert.ok(scores >= 2)
      // A suggestion adds the same to all taggings with its only tag.
      const [suggested] = await tagger.tagConstrained([sentence], [{ suggested: [{ ...fixed, weight: 50 }] }])
      assert.ok(has(suggested.spans, fixed))
      await assert.rejects(tagger.tagConstrained([sentence], []), hasCode('predict/argument'))
    })
  })

  test(`${name}: a stream of texts gives what a list gives; columns of no interest are ignored`, async () => {
    await made
    await using(await loadTagger(dir), async tagger => {
      const streamed: unknown[] = []
      for await (const entities of tagger.tag(streamOf(TEXTS))) streamed.push(entities)
      assert.deepEqual(streamed, await tagger.tag(TEXTS))
      const tokens = ['Ada', 'Lovelace']
      const columns = { pos: ['NNP', 'NNP'] }
      assert.deepEqual(await tagger.tagTokens([{ tokens, columns }]), await tagger.tagTokens([tokens]))
    })
  })

  test(`${name}: what is no argument is refused, and everything after release`, async () => {
    await made
    const tagger = await loadTagger(dir)
    const refused = hasCode('predict/argument')
    await assert.rejects(tagger.tag(5 as unknown as string), refused)
    await assert.rejects(tagger.tagTokens('Ada' as unknown as string[][]), refused)
    await assert.rejects(tagger.nBest([['Ada']], 0), refused)
    await tagger.release()
    await tagger.release()
    const released = hasCode('predict/released')
    await assert.rejects(tagger.tag('Ada'), released)
    await assert.rejects(tagger.tagTokens([['Ada']]), released)
    await assert.rejects(tagger.tagProbabilities([['Ada']]), released)
  })

  test(`${name}: a report shows it`, async () => {
    await made
    const page = await renderReport(await runReport(dir))
    assert.match(page, /Model card/)
    assert.equal(page.includes('What it learned'), name.startsWith('crf'))
  })

  test(`${name}: files that were cut short or changed are refused by name, also with a manifest of their own`, async () => {
    await made
    let cases = 0
    for (const file of ['vocab.json', 'model.safetensors', 'config.json'])
      for (const isListed of [false, true]) {
        const copy = join(folder.path, `${name}-${file}-${isListed}`)
        await make(copy)
        const path = join(copy, file)
        truncateSync(path, Math.floor(statSync(path).size / 2))
        if (isListed) finishRunFolder(copy, {})
        await assert.rejects(loadTagger(copy), error => {
          assert.ok(error instanceof ModelFileError)
          assert.match(JSON.stringify(error.faults[0].where), new RegExp(file.replace('.', '\\.')))
          return true
        })
        cases++
      }
    assert.equal(cases, 6)
  })

  test(`${name}: settings of another kind do not fit its files`, async () => {
    await made
    const other = join(folder.path, `${name}-other`)
    await make(other)
    const config = JSON.parse(readFileSync(join(other, 'config.json'), 'utf8')) as { corpus: unknown }
    for (const recognizer of ['neural', 'crf', 'hmm', 'bootstrap']) {
      if (recognizer === name) continue
      const own = recognizer === 'bootstrap' ? { bootstrap: { seeds: 'seeds.tsv' } } : {}
      writeFileSync(join(other, 'config.json'), JSON.stringify({ recognizer, corpus: config.corpus, ...own }))
      finishRunFolder(other, {})
      await assert.rejects(loadTagger(other), error => isInputError(error))
    }
  })
}

test('every kind has been tried', () => {
  assert.ok(KINDS.length >= 4)
  assert.equal(new Set(KINDS.map(({ name }) => name)).size, KINDS.length)
})
