import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Random } from '../../base/random.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const NERITE = fileURLToPath(new URL('../../../bin/nerite.js', import.meta.url))
/** How often a process is killed. */
const ROUNDS = Number(process.env.NERITE_ROUNDS ?? 3)
const PARTS = 6

const folder = temporaryFolder()
const at = (...names: readonly string[]) => join(folder.path, ...names)
const run = at('run')
const random = Random.fromSeed(11)
const WORDS = 'Ada Lovelace wrote to Charles Babbage from London . Siemens 😀 met\tBob \u0001 \u2028 é'.split(
  ' ',
)
const textOf = (most: number) =>
  Array.from({ length: random.below(most) }, () => WORDS[random.below(WORDS.length)]).join(' ')

before(async () => {
  await trainHere({
    config: tinyConfig({ training: { epochs: 20, batchSize: 4, patience: null } }),
    out: run,
  })
  mkdirSync(at('in', 'more'), { recursive: true })
  for (let part = 0; part < PARTS; part++) {
    const lines = Array.from({ length: 150 }, (_, i) =>
      i % 50 === 7 ? 'no record' : JSON.stringify({ id: i, text: textOf(60), part, other: 1 }),
    )
    const name = part % 2 === 0 ? at('in', `p${part}.jsonl`) : at('in', 'more', `p${part}.jsonl`)
    writeFileSync(name, `${lines.join('\n')}\n`)
  }
})
after(folder.remove)

const bulk = (out: string, ...args: readonly string[]) => [
  'predict',
  run,
  '--in',
  at('in'),
  '--out',
  out,
  '--workers',
  '2',
  '--keep',
  'part',
  ...args,
]

/** The files in a folder and those in it, with what is in them. */
function contents(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter(name => statSync(join(dir, name)).isFile())
  return Object.fromEntries(files.map(name => [name, readFileSync(join(dir, name), 'latin1')]))
}

const records = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

test('what is found in each file is what one tagger finds, and what cannot be read is told', async () => {
  const { code, stderr } = await runCli(...bulk(at('whole')))
  assert.equal(code, 0, stderr)
  assert.match(stderr, /18 of 900 documents have an error/)
  assert.match(stderr, /p0\.jsonl:8: /)
  const tagger = await loadTagger(run, { threads: 1 })
  let documents = 0
  for (let part = 0; part < PARTS; part++) {
    const name = part % 2 === 0 ? [`p${part}.jsonl`] : ['more', `p${part}.jsonl`]
    const lines = readFileSync(at('in', ...name), 'utf8')
      .split('\n')
      .slice(0, -1)
    const found = records(at('whole', ...name))
    assert.equal(found.length, lines.length)
    for (const [i, line] of lines.entries()) {
      documents++
      if (line === 'no record') assert.ok('error' in found[i])
      else {
        const { id, text } = JSON.parse(line)
        const entities = await tagger.tag(text)
        assert.deepEqual(found[i], { id, part, offsets: 'utf16', entities })
      }
    }
  }
  assert.equal(documents, 900)
  await tagger.release()
})

test('a process that is killed and started again ends with the same bytes', async () => {
  const expected = contents(at('whole'))
  assert.equal(Object.keys(expected).length, PARTS + 1)
  const draw = Random.fromSeed(Number(process.env.FUZZ_SEED ?? 5))
  let killed = 0
  for (let round = 0; round < ROUNDS; round++) {
    const out = at(`killed-${round}`)
    const child = spawn(process.execPath, [NERITE, ...bulk(out)], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    const manifest = join(out, '_nerite.manifest')
    const lines = 1 + draw.below(PARTS)
    while (
      child.exitCode === null &&
      !(existsSync(manifest) && readFileSync(manifest, 'utf8').split('\n').length > lines)
    )
      await new Promise(resolve => setTimeout(resolve, 1))
    await new Promise(resolve => setTimeout(resolve, draw.below(60)))
    child.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') killed++
    const { code, stderr } = await runCli(...bulk(out))
    assert.equal(code, 0, stderr)
    assert.deepEqual(contents(out), expected, `round ${round}`)
    rmSync(out, { recursive: true })
  }
  assert.ok(killed > 0, `${killed} of ${ROUNDS} processes were killed`)
})

test('a manifest whose last line was cut off is read, and any other is refused', async () => {
  const expected = contents(at('whole'))
  const manifest = expected['_nerite.manifest']
  cpSync(at('whole'), at('torn'), { recursive: true })
  const path = at('torn', '_nerite.manifest')
  writeFileSync(path, Buffer.from(manifest.slice(0, -40), 'latin1'))
  assert.equal((await runCli(...bulk(at('torn')))).code, 0)
  assert.deepEqual(contents(at('torn')), expected)
  for (const bad of ['{}\n', 'x\n', `${manifest}{"output":3}\n`, '\n']) {
    writeFileSync(path, Buffer.from(bad, 'latin1'))
    assert.equal((await runCli(...bulk(at('torn')))).errorCode, 'bulk/manifest', bad)
  }
  assert.equal((await runCli(...bulk(at('torn'), '--force'))).code, 0)
  assert.deepEqual(contents(at('torn')), expected)
})

test('a changed input or output is tagged again, and other options are refused', async () => {
  const expected = contents(at('whole'))
  cpSync(at('whole'), at('changed'), { recursive: true })
  writeFileSync(at('changed', 'p2.jsonl'), '{}\n')
  rmSync(at('changed', 'p4.jsonl'))
  assert.equal((await runCli(...bulk(at('changed')))).code, 0)
  assert.deepEqual(contents(at('changed')), expected)
  const input = at('in', 'p0.jsonl')
  const before = readFileSync(input, 'utf8')
  const { atime, mtime } = statSync(input)
  try {
    // As long and as old as it was.
    writeFileSync(input, before.replaceAll('Ada', 'Bob'))
    utimesSync(input, atime, mtime)
    const { code, stderr } = await runCli(...bulk(at('changed')))
    assert.deepEqual([code, /5 were done before/.test(stderr)], [0, true], stderr)
    assert.match(stderr, /1 part had been tagged from another input .*: p0\.jsonl/)
    assert.notEqual(readFileSync(at('changed', 'p0.jsonl'), 'utf8'), expected['p0.jsonl'])
  } finally {
    writeFileSync(input, before)
  }
  for (const more of [
    ['--offsets', 'codepoint'],
    ['--min-score', '0.5'],
    ['--no-scores'],
    ['--to', 'parquet'],
  ])
    assert.equal((await runCli(...bulk(at('changed'), ...more))).errorCode, 'bulk/changed', more.join(' '))
  assert.equal((await runCli(...bulk(at('changed'), '--no-scores', '--force'))).code, 0)
  const [first] = records(at('changed', 'p2.jsonl'))
  assert.ok(first.entities.every((entity: object) => !('score' in entity)))
  const [scored] = records(at('whole', 'p2.jsonl'))
  assert.deepEqual(
    first.entities,
    scored.entities.map(({ score, ...entity }: { score: number }) => entity),
  )
})

test('tables and texts are read, Parquet is written, and files that cannot be tagged keep no others from it', async () => {
  mkdirSync(at('mixed'))
  const texts = ['Ada Lovelace met "Bob"', 'Siemens\nin, London', '']
  writeFileSync(
    at('mixed', 'good.csv'),
    `id;text\n${texts.map((t, i) => `${i};"${t.replaceAll('"', '""')}"`).join('\n')}\n5;a;b\n`,
  )
  writeFileSync(at('mixed', 'bad.csv'), 'id,body\n1,Ada\n')
  writeFileSync(at('mixed', 'twice.csv'), 'id,text,text\n1,Ada,Bob\n')
  writeFileSync(at('mixed', 'bad.parquet'), 'PAR1 nothing')
  writeFileSync(at('mixed', 'a.txt'), 'Ada Lovelace wrote\nfrom London.')
  writeFileSync(at('mixed', 'b.txt'), Uint8Array.of(0x41, 0, 0, 1))
  writeFileSync(at('mixed', 'left.png'), 'x')
  const table = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: [2n ** 60n, 1n, 2n, 3n], type: 'INT64' },
      { name: 'text', data: [...texts, null], type: 'STRING', nullable: true },
      { name: 'more', data: [1.5, 2.5, 3.5, 4.5], type: 'DOUBLE' },
    ],
  })
  writeFileSync(at('mixed', 'good.parquet'), Buffer.from(table))
  const args = ['predict', run, '--in', at('mixed'), '--out']
  const { code, errorCode, places, stderr } = await runCli(...args, at('out'))
  assert.deepEqual([code, errorCode], [2, 'bulk/part'], stderr)
  assert.deepEqual(
    ['bad.csv', 'twice.csv', 'bad.parquet', 'b.txt'].filter(
      name => !places.some(place => place.includes(name)),
    ),
    [],
    stderr,
  )
  const tagger = await loadTagger(run, { threads: 1 })
  const entities = await tagger.tag(texts)
  const csv = records(at('out', 'good.csv.jsonl'))
  assert.deepEqual(
    csv.slice(0, 3).map(({ id, entities }) => ({ id, entities })),
    entities.map((own, i) => ({ id: String(i), entities: own })),
  )
  assert.ok('error' in csv[3] && csv.length === 4)
  const parquet = records(at('out', 'good.parquet.jsonl'))
  assert.deepEqual(
    parquet.slice(0, 3).map(({ entities }) => entities),
    entities,
  )
  assert.match(readFileSync(at('out', 'good.parquet.jsonl'), 'utf8'), /^\{"id":1152921504606846976,/)
  assert.deepEqual([parquet.length, parquet[3].id, 'error' in parquet[3]], [4, 3, true])
  assert.deepEqual(records(at('out', 'a.txt.jsonl')), [
    {
      id: 'a.txt',
      offsets: 'utf16',
      entities: await tagger.tag('Ada Lovelace wrote\nfrom London.'),
    },
  ])
  await runCli(
    'predict',
    run,
    '--in',
    at('mixed', 'good.parquet'),
    '--out',
    at('out2'),
    '--to',
    'parquet',
    '--keep',
    'more',
  )
  const bytes = readFileSync(at('out2', 'good.parquet'))
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  const written = await parquetReadObjects({ file })
  assert.deepEqual(
    written.map(row => ({ ...row, entities: row.entities ?? null })),
    parquet.map(({ id, entities, error }, i) => ({
      id: i === 0 ? '1152921504606846976' : String(id),
      more: String(1.5 + i),
      entities: entities?.map((entity: object) => ({ ...entity, source: null })) ?? null,
      error: error ?? null,
    })),
  )
  await tagger.release()
})

test('what cannot be is refused before anything is tagged', async () => {
  writeFileSync(at('x.jsonl'), '{"text":"Ada"}\n')
  mkdirSync(at('full'))
  mkdirSync(at('empty'))
  writeFileSync(at('full', 'letter.txt'), 'mine')
  const cases: readonly (readonly [args: readonly string[], code: string])[] = [
    [['--in', at('x.jsonl')], 'cli/options'],
    [['--out', at('o')], 'cli/options'],
    [['--in', at('x.jsonl'), '--out', at('o'), '--tokens'], 'cli/options'],
    [['--in', at('x.jsonl'), '--out', at('o'), '--to', 'conll'], 'cli/options'],
    [['--in', at('x.jsonl'), '--out', at('o'), '--keep', 'entities'], 'cli/options'],
    [['--in', at('x.jsonl'), '--out', at('o'), '--keep', 'a', 'b', 'a'], 'cli/options'],
    [['--in', at('x.jsonl'), '--out', at('o'), '--no-scores', '--min-score', '0.5'], 'cli/options'],
    [['--in', at('nothing*.jsonl'), '--out', at('o')], 'bulk/input'],
    [['--in', at('none'), '--out', at('o')], 'bulk/input'],
    [['--in', at('empty'), '--out', at('o')], 'bulk/input'],
    [['--in', at('x.jsonl'), '--out', folder.path], 'bulk/input'],
    [['--in', at('x.jsonl'), '--out', at('full')], 'bulk/place'],
    [['--in', at('x.jsonl'), '--out', at('x.jsonl')], 'bulk/place'],
    [['--text', 'Ada', '--to', 'parquet'], 'cli/options'],
    [['--text', 'Ada', '--workers', '2'], 'cli/options'],
  ]
  for (const [args, code] of cases)
    assert.equal((await runCli('predict', run, ...args)).errorCode, code, args.join(' '))
  assert.deepEqual(readdirSync(at('full')), ['letter.txt'])
  assert.ok(!existsSync(at('o')))
})

test('built-in rules are those of the country that is named, and parts of two countries are never in one folder', async () => {
  writeFileSync(at('phone.jsonl'), '{"text":"x 044 668 18 00 x"}\n')
  const args = ['predict', 'pii', '--workers', '1', '--in', at('phone.jsonl'), '--out', at('phones')]
  const { code, stderr } = await runCli(...args, '--country', 'CH')
  assert.equal(code, 0, stderr)
  const [{ entities }] = records(at('phones', 'phone.jsonl'))
  assert.deepEqual(
    entities.map(({ type, text }: { type: string; text: string }) => [type, text]),
    [['PHONE', '044 668 18 00']],
  )
  assert.equal((await runCli(...args)).errorCode, 'bulk/changed')
  assert.equal((await runCli(...args, '--country', 'US', '--force')).code, 0)
  assert.deepEqual(records(at('phones', 'phone.jsonl'))[0].entities, [])
})
