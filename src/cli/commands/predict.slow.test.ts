import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { temporaryFolder, tinyConfig } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const run = at('run')
const config = tinyConfig({
  encoder: [{ kind: 'bilstm', hidden: 24 }],
  training: { epochs: 12, patience: null },
})
const labeled = config.corpus.train[0].file

before(async () => {
  writeFileSync(at('config.json'), JSON.stringify(config))
  const trained = await runCli('train', at('config.json'), '--out', run)
  assert.equal(trained.code, 0, trained.stderr)
})
after(folder.remove)

async function predict(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli('predict', run, ...args)
  assert.equal(code, 0, stderr)
  return stdout
}

test('predicted and scored as a file, a corpus has the scores that evaluate gives it', async () => {
  const gold = at('gold.conll')
  assert.equal((await runCli('corpus', 'convert', labeled, gold)).code, 0)
  const evaluated = JSON.parse((await runCli('evaluate', run, gold, '--json')).stdout)
  assert.ok(evaluated.exact.micro.predicted > 50)
  for (const [scheme, isSame] of [
    ['BIO', true],
    ['IOBES', false],
  ] as const) {
    const predicted = at(`${scheme}.conll`)
    writeFileSync(predicted, await predict(gold, '--tokens', '--to', 'conll', '--scheme', scheme))
    const { by, relaxedTypes, ...scored } = JSON.parse(
      (await runCli('score', gold, predicted, '--json')).stdout,
    )
    assert.deepEqual([by, Object.keys(relaxedTypes)], ['tokens', Object.keys(scored.exact.types)])
    assert.equal(scored.accuracy === evaluated.accuracy, isSame)
    if (isSame) assert.deepEqual(scored, evaluated)
  }
})

test('a corpus keeps its documents, and its own tags are not looked at', async () => {
  writeFileSync(at('plain.conll'), 'Ada NNP\nleft VBD\n\nRome NNP\n')
  assert.doesNotMatch(await predict(at('plain.conll'), '--tokens', '--to', 'conll'), /DOCSTART/)
  writeFileSync(at('parts.conll'), '-DOCSTART- O\n\nAda O\n\nleft O\n\n-DOCSTART- O\n\nRome O\n')
  const parts = await predict(at('parts.conll'), '--tokens', '--to', 'conll')
  assert.equal(parts.match(/-DOCSTART-/g)?.length, 2)
  for (const args of [
    [at('parts.conll'), '--tokens'],
    ['--text', 'Ada', 'left', 'Rome'],
  ]) {
    const lines = (await predict(...args, '--to', 'markup')).split('\n')
    assert.deepEqual(
      lines.map(line => line.replace(/\[(.*?)\]\(\w+\)/g, '$1')),
      ['Ada', 'left', 'Rome', ''],
    )
  }
  const text = 'The Londoners left 😀 Rome.'
  const wrong = { start: 4, end: 10, type: 'LOC' }
  writeFileSync(at('text.jsonl'), `${JSON.stringify({ text, entities: [wrong] })}\n`)
  writeFileSync(at('text.markup'), 'The [London](LOC)ers left 😀 Rome.\n')
  for (const file of ['text.jsonl', 'text.markup']) {
    const rows = (await predict(at(file), '--tokens', '--to', 'conll')).match(/^\S+(?=\t)/gm)
    assert.deepEqual(rows, ['The', 'Londoners', 'left', '😀', 'Rome', '.'], file)
    const [record] = JSON.parse(await predict(at(file), '--tokens', '--json'))
    assert.equal(record.text, text)
  }
})

test('a file in another encoding, and one that is a corpus', async () => {
  writeFileSync(at('latin.txt'), Buffer.from('Café Zoë\n', 'latin1'))
  assert.equal(JSON.parse(await predict(at('latin.txt'), '--lines', '--encoding', 'latin1')).text, 'Café Zoë')
  const { stderr } = await runCli('predict', run, labeled)
  assert.match(stderr, /^note .* is read as plain text, .* --tokens .* markup$/m)
})

test('low scores are left out of tags too', async () => {
  const all = await predict(labeled, '--tokens', '--to', 'conll')
  const none = await predict(labeled, '--tokens', '--to', 'conll', '--min-score', '1')
  assert.match(all, /\tB-/)
  assert.doesNotMatch(none, /\t[BI]-/)
})

test('n-best: each sentence’s readings, the first of them what predict says, probabilities the tagger’s', async () => {
  const text = '😀 Ada Lovelace wrote to Charles Babbage. She left London on Monday.'
  writeFileSync(at('two.txt'), `${text}\n\nRome\n`)
  const plain = (await predict(at('two.txt'), '--lines')).trim().split('\n')
  const records = (await predict(at('two.txt'), '--lines', '--n-best', '4', '--to', 'jsonl'))
    .trim()
    .split('\n')
  assert.equal(records.length, 3)
  const tagger = await loadTagger(run)
  let readings = 0
  for (const [i, line] of records.entries()) {
    const { sentences, ...record } = JSON.parse(line)
    assert.deepEqual(record, JSON.parse(plain[i]))
    for (const sentence of sentences) {
      const probabilities = sentence.readings.map((reading: { probability: number }) => reading.probability)
      assert.deepEqual(
        probabilities,
        [...probabilities].sort((a, b) => b - a),
      )
      for (const { entities } of sentence.readings)
        for (const entity of entities) {
          assert.equal(entity.text, record.text.slice(entity.start, entity.end))
          assert.ok(entity.start >= sentence.start && entity.end <= sentence.end)
        }
      readings += sentence.readings.length
    }
    assert.deepEqual(
      sentences.flatMap((sentence: { readings: { entities: unknown[] }[] }) => sentence.readings[0].entities),
      record.entities,
    )
  }
  assert.equal(readings, 3 * 4)
  const tokens = ['Ada', 'left', 'Rome']
  const [expected] = await tagger.nBest([tokens], 3)
  await assert.rejects(tagger.nBest([tokens], 0), { code: 'predict/argument' })
  await tagger.release()
  writeFileSync(at('tokens.conll'), 'Ada O\nleft O\nRome O\n')
  const [found] = JSON.parse(await predict(at('tokens.conll'), '--tokens', '--n-best', '3', '--json'))
  assert.deepEqual(
    found.sentences[0].readings.map((reading: { probability: number; logProbability: number }) => [
      reading.probability,
      reading.logProbability,
    ]),
    expected.map(({ probability, logProbability }) => [probability, logProbability]),
  )
  assert.deepEqual(
    found.sentences[0].readings.map((r: { entities: unknown[] }) => r.entities.length),
    [...expected.map(({ spans }) => spans.length)],
  )
  const points = await predict('--text', text, '--n-best', '2', '--offsets', 'codepoint', '--json')
  const [{ sentences }] = JSON.parse(points)
  assert.equal(sentences.at(-1).end, [...text].length)
})
