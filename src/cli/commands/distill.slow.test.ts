import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { tinyConfig, trainHere } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder('nerite-distill-')
after(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

const TEXT = 'Ada Lovelace flew to Lima. Nobody knows Oslo, said Alan Turing.\nNew York is large and loud.\n'
const SMALL = [
  ...['--training.epochs', '2', '--training.threads', '1', '--training.batchSize', '8'],
  ...['--input.words.dim', '6', '--encoder.0.hidden', '5'],
]

test('a teacher labels text, a student learns it, and what cannot be is refused first', async () => {
  writeFileSync(at('text.txt'), TEXT.repeat(20))
  await trainHere({ config: tinyConfig({ training: { epochs: 6 } }), out: at('teacher') })
  const distill = (...rest: string[]) => runCli('distill', ...rest, ...SMALL)
  const found = await distill(
    ...[
      at('teacher'),
      at('teacher'),
      '--text',
      at('text.txt'),
      '--out',
      at('student'),
      '--no-report',
      '--json',
    ],
  )
  assert.equal(found.code, 0, found.stderr)
  assert.equal(JSON.parse(found.stdout).kind, 'done')
  await using teacher = await loadTagger(at('teacher'))
  await using student = await loadTagger(at('student'))
  assert.deepEqual([student.info.tags, student.info.scheme], [teacher.info.tags, teacher.info.scheme])
  // The file has the mean of the teachers' probabilities: of one twice, its own.
  const { sentences } = await loadCorpus(at('student.soft.jsonl'))
  const probabilities = await teacher.tagProbabilities(sentences)
  const { tags } = teacher.info
  let numbers = 0
  sentences.forEach(({ tokens, soft = [] }, i) => {
    assert.equal(soft.length, tokens.length)
    soft.forEach((own, t) => {
      tags.forEach((tag, k) => {
        const wanted = probabilities[i][t * tags.length + k]
        assert.ok(Math.abs((own[tag] ?? 0) - wanted) < 0.02, `${tag}: ${own[tag]}, ${wanted}`)
        numbers++
      })
    })
  })
  assert.ok(numbers > 1000)
  const config = JSON.parse(readFileSync(at('student/config.json'), 'utf8'))
  assert.deepEqual(
    config.corpus.train.map(({ file, types }: { file: string; types: string[] }) => [file, types]),
    [[at('student.soft.jsonl'), teacher.info.types]],
  )
  // Neither the file of soft tags nor the run is replaced unasked.
  const parts = ['--text', at('text.txt'), '--no-report']
  const again = await distill(
    ...[at('teacher'), ...parts, '--out', at('x'), '--soft', at('student.soft.jsonl')],
  )
  assert.deepEqual([again.code, again.errorCode], [2, 'output/place'])
  writeFileSync(at('other.conll'), 'Lima B-CITY\nis O\n\n')
  writeFileSync(at('rules.yaml'), 'rules:\n  - type: LOC\n    names: [Lima]\n')
  const text = ['--text', at('text.txt'), '--out', at('x')]
  const refusals: readonly (readonly [string, readonly string[]])[] = [
    ['distill/teachers', [at('rules.yaml'), ...text]],
    ['cli/options', [at('teacher'), '--out', at('x')]],
    ['cli/options', [at('teacher'), '--text', at('text.txt')]],
    ['cli/options', [at('teacher'), ...text, '--txet', 'y']],
    ['cli/options', [at('teacher'), ...text, '--soft', at('text.txt'), '--force']],
    ['vectors/text', [at('teacher'), '--text', at('none.txt'), '--out', at('x')]],
    ['corpus/file', [at('teacher'), ...text, '--corpus.dev', at('none.conll')]],
    ['distill/student', [at('teacher'), ...text, '--corpus.train', at('other.conll')]],
    ['distill/student', [at('teacher'), ...text, '--tags.scheme', 'IO']],
    ['distill/teachers', ['oracles/span-model?types=person', ...text]],
  ]
  for (const [code, rest] of refusals) {
    const refused = await distill(...rest)
    assert.deepEqual([refused.code, refused.errorCode], [2, code], refused.stderr)
    assert.deepEqual([existsSync(at('x')), existsSync(at('x.soft.jsonl'))], [false, false])
  }
  const taken = await distill(...[at('teacher'), ...parts, '--out', at('student'), '--soft', at('y.jsonl')])
  assert.deepEqual([taken.code, taken.errorCode, existsSync(at('y.jsonl'))], [2, 'model/file', false])
  const crf = await runCli('distill', at('teacher'), ...text, '--preset', 'crf')
  assert.deepEqual([crf.code, crf.errorCode], [2, 'distill/student'])
})
