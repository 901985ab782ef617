import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../cli/testing/run-cli.js'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { readText } from '../corpus/read-text.js'
import { type CharacterReport, characterReport } from '../evaluate/character-report.js'
import { unitsOf } from '../model/inputs/units.js'
import { train } from '../train/node/train.js'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'
import { characterSpans } from './character-spans.js'
import { loadTagger } from './node/load-tagger.js'

test('characters are scored by type, the spaces between tokens left out', async () => {
  const tokens = ['Ada', 'B', 'in', 'UK', 'US']
  const tags = ['B-PER', 'I-PER', 'O', 'B-LOC', 'B-LOC']
  const units = unitsOf('character').split(tokens)
  assert.equal(units.texts.join(''), 'Ada B in UK US')
  // Gold: Ada B in UK US
  const labeled = 'PPP P OL LL PL'
  const names: Readonly<Record<string, string>> = { P: 'I-PER', L: 'B-LOC', O: 'O', ' ': 'I-PER' }
  const labels = await characterSpans(
    { tagCharacters: async () => [{ units, tags: [...labeled].map(letter => names[letter]) }] },
    [{ tokens, tags, lines: [1] }],
  )
  assert.equal(labels[0].length, labeled.length)
  const { characters, accuracy, report, withO } = characterReport(labels)
  const close = (actual: number | null, expected: number) =>
    assert.ok(Math.abs((actual ?? -1) - expected) < 1e-12)
  assert.equal(characters, 10)
  close(accuracy, 8 / 10)
  const { PER, LOC, O } = report
  assert.deepEqual([PER.support, LOC.support, O.support], [4, 4, 2])
  close(PER.precision, 4 / 5)
  close(PER.recall, 1)
  close(LOC.precision, 3 / 4)
  close(LOC.recall, 3 / 4)
  close(O.precision, 1)
  close(O.recall, 1 / 2)
  close(withO.macro.f1, (8 / 9 + 3 / 4 + 2 / 3) / 3)
})

test('running text is tagged sentence by sentence and scored as one', async () => {
  const texts = ['Ada paid. Bo left. UK.', 'Ada in UK.']
  const entities = [
    [
      { start: 0, end: 3, type: 'PER' },
      { start: 10, end: 12, type: 'PER' },
      { start: 19, end: 21, type: 'LOC' },
    ],
    [{ start: 7, end: 9, type: 'LOC' }],
  ]
  const lines = texts.map((text, i) => JSON.stringify({ text, entities: entities[i] })).join('\n')
  const sentences = []
  for await (const sentence of readText([lines], 'a.jsonl')) sentences.push(sentence)
  const read: string[] = []
  const labels = await characterSpans(
    {
      tagCharacters: async parts =>
        parts.map(part => {
          const tokens = 'tokens' in part ? part.tokens : part
          const units = unitsOf('character').split(tokens)
          read.push(units.texts.join(''))
          return { units, tags: units.texts.map(text => (/[A-Z]/.test(text) ? 'B-PER' : 'O')) }
        }),
    },
    sentences,
  )
  assert.deepEqual(read, ['Ada paid .', 'Bo left .', 'UK .', 'Ada in UK .'])
  assert.deepEqual(
    labels.map(({ length }) => length),
    ['Ada paid . Bo left . UK .'.length, 'Ada in UK .'.length],
  )
  const [{ gold, predicted, ignored }] = labels
  const joined = 'Ada paid . Bo left . UK .'
  assert.deepEqual(
    gold.map(({ start, end, type }) => [joined.slice(start, end), type]),
    [
      ['Ada', 'PER'],
      ['Bo', 'PER'],
      ['UK', 'LOC'],
    ],
  )
  assert.deepEqual(
    predicted.map(({ start }) => start),
    [...joined.matchAll(/[A-Z]/g)].map(({ index }) => index),
  )
  assert.deepEqual(
    [...joined].map((_, i) => ignored(i)),
    [...joined].map(letter => letter === ' '),
  )
})

test('a character tagger is scored as counted by hand, a word tagger is refused', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'characters')
    const config = tinyConfig({
      input: { unit: 'character', words: { dim: 16, dropout: 0 }, dropout: 0 },
      encoder: [{ kind: 'bilstm', hidden: 32, dropout: 0 }],
      decoder: { kind: 'softmax' },
      training: { epochs: 10 },
    })
    for await (const event of train({ config, out }))
      if (event.kind === 'start') assert.equal(event.unit, 'character')
    assert.match(readFileSync(join(out, 'README.md'), 'utf8'), /trainable parameters, \d+ characters\.\n/)
    const { dev } = config.corpus
    assert.ok(dev !== null)
    const { sentences } = await loadCorpus(dev)
    await using tagger = await loadTagger(out)
    let [right, all, cases] = [0, 0, 0]
    for (const { tokens, tags } of sentences) {
      const [{ units, tags: found }] = await tagger.tagCharacters([tokens])
      assert.equal(units.texts.join(''), tokens.join(' '))
      const type = (tag: string) => (tag === 'O' ? tag : tag.slice(2))
      let character = 0
      tokens.forEach((token, t) => {
        for (const _ of token) {
          if (type(found[character++]) === type(tags[t])) right++
          all++
        }
        // The space behind it.
        character++
      })
      assert.equal(found.length, character - 1)
      cases++
    }
    assert.ok(cases > 50)
    const printed = await runCli('evaluate', out, dev, '--characters', '--json')
    const { characters } = JSON.parse(printed.stdout) as { characters: CharacterReport }
    assert.equal(characters.characters, all)
    assert.ok(Math.abs((characters.accuracy ?? 0) - right / all) < 1e-12)
    assert.ok((characters.withO.macro.f1 ?? 0) > 0.2)
    const table = (await runCli('evaluate', out, dev, '--characters')).stdout
    assert.match(
      table,
      /character accuracy \d\d\.\d\d%\ncharacters by type +precision +recall +F1 +support\n/,
    )

    const words = join(folder.path, 'words')
    for await (const _ of train({ config: tinyConfig({ training: { epochs: 1 } }), out: words }));
    // Refused before anything is read: this corpus does not exist.
    const refused = await runCli('evaluate', words, join(folder.path, 'none.conll'), '--characters')
    assert.deepEqual(
      [refused.code, refused.errorCode, refused.places],
      [2, 'evaluate/characters', ['--characters']],
    )
  } finally {
    folder.remove()
  }
})
