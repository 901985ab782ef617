/** Rules files and combinations behind the one interface of recognizers: what the battery of trained kinds asks, of them. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { resolveAnyConfig } from '../config/resolve.js'
import type { PartialAnyConfig } from '../config/schema.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { isBuiltInModel } from '../recognize/built-in-recognizer.js'
import { loadTagger as loadInPage } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { createRedactor } from '../redact/redactor.js'
import { writeReport } from '../report/node/write-report.js'
import { openModel } from '../run/node/open-model.js'
import { finishRunFolder } from '../run/node/run-folder.js'
import { temporaryFolder, trainHere } from '../train/testing/tiny-run.js'
import { combine } from '../workflows/node/combine.js'
import { compareRuns } from '../workflows/node/compare-runs.js'
import { evaluateOn } from '../workflows/node/evaluate-run.js'
import { measureRuns } from '../workflows/node/measured-run.js'
import { newCounts, redactFile } from '../workflows/redact/redact-file.js'

const folder = temporaryFolder()
after(() => folder.remove())
const at = (name: string) => join(folder.path, name)
const sample = (name: string) => new URL(`../../samples/${name}.markup`, import.meta.url).pathname
const DEV = sample('test')

const FIX = `rules:
- {type: ORG, names: [Babbage from London], name: odd}
- {type: CODE, regex: '[A-Z]{2}-\\d+'}
`
const TEXTS = [
  'Ada Lovelace wrote to Charles Babbage from London on AB-12. The Analytical Society met in Turin.',
  '😀 Maria Silva flew to São Paulo 🛫 with Acme Ltd. and CD-7😀.',
  'דוד גר בירושלים, and __proto__ met constructor in Paris.',
  'Write to ada@example.org or bob@example.com by May 3rd.',
  '',
  '   \n\t ',
  'a'.repeat(3000),
]

async function train(out: string, more: PartialAnyConfig) {
  await trainHere({ config: resolveAnyConfig({ file: { corpus: { train: sample('dev') }, ...more } }), out })
}

before(async () => {
  await train(at('neural'), {
    input: { words: { dim: 12 }, shape: { dim: 4 } },
    encoder: [{ kind: 'bilstm', hidden: 8 }],
    training: { epochs: 12, batchSize: 4, learningRate: 0.02, threads: 1 },
  })
  await train(at('hmm'), { recognizer: 'hmm' })
  writeFileSync(at('fix.yaml'), FIX)
  writeFileSync(at('forbid.yaml'), "rules: [{type: '*', names: [Ada Lovelace, Turin]}]")
  writeFileSync(at('find.yaml'), 'rules: [{type: TIME, names: [met, flew]}]')
  writeFileSync(
    at('all.yaml'),
    `parts:
- {model: neural}
- {rules: fix.yaml, as: fix, name: known}
- {rules: forbid.yaml, as: forbid}
- {rules: find.yaml}
- {model: neural, name: locations, types: [LOC]}
`,
  )
  writeFileSync(
    at('two.yaml'),
    'conflicts: longest\nparts: [{model: hmm}, {model: neural}, {rules: find.yaml}, {model: pii}]',
  )
  writeFileSync(
    at('hmms.yaml'),
    'parts: [{model: hmm}, {rules: fix.yaml, as: fix, name: known}, {rules: forbid.yaml, as: forbid}, {rules: find.yaml}]',
  )
  for (const name of ['all', 'two', 'hmms']) await combine(at(`${name}.yaml`), at(name), () => {})
})

/** Rules, combinations and built-ins, by themselves and joined: by their names, where those are no files. */
const KINDS = ['fix.yaml', 'all', 'two', 'hmms', 'numbers', 'pii', 'fix.yaml+numbers']
const named = (kind: string) =>
  kind
    .split('+')
    .map(name => (isBuiltInModel(name) ? name : at(name)))
    .join('+')

async function* streamOf(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
}

const hasCode = (code: string) => (error: unknown) => isInputError(error) && error.code === code

for (const name of KINDS)
  test(`${name}: loaded twice it agrees; offsets, tags, streams, arguments and release are as of any recognizer`, async () => {
    const recognizer = await loadTagger(named(name))
    const found = await recognizer.tag(TEXTS)
    {
      await using again = await loadTagger(named(name))
      assert.deepEqual(await again.tag(TEXTS), found)
    }
    {
      await using pool = await loadTagger(named(name), { workers: 2 })
      assert.deepEqual(await pool.tag(TEXTS), found)
      assert.deepEqual(await pool.tagEverything(TEXTS), await recognizer.tagEverything(TEXTS))
      assert.deepEqual(pool.info, recognizer.info)
    }
    const streamed: unknown[] = []
    for await (const entities of recognizer.tag(streamOf(TEXTS))) streamed.push(entities)
    assert.deepEqual(streamed, found)
    let count = 0
    for (const [i, entities] of found.entries()) {
      let last = 0
      for (const { start, end, text, type, score, source } of entities) {
        assert.equal(TEXTS[i].slice(start, end), text)
        assert.ok(start >= last && recognizer.info.types.includes(type) && score >= 0 && score <= 1)
        assert.equal(source !== undefined, !isBuiltInModel(name) || found.flat().some(each => each.source))
        last = end
        count++
      }
    }
    assert.ok(count > 1, `${count} entities`)
    for await (const { text, entities, sentences } of recognizer.annotate(TEXTS))
      assert.equal(
        sentences.flatMap(({ tags }) => tags.filter(tag => tag.startsWith('B-'))).length,
        entities.length,
        text,
      )
    const [{ tags, spans }] = await recognizer.tagTokens([
      ['AB-12', 'flew', 'on', 'May', '3rd', 'to', 'a@b.org'],
    ])
    assert.equal(tags.length, 7)
    assert.ok(spans.length > 0)
    assert.deepEqual(await recognizer.tagTokens([]), [])
    assert.deepEqual(await recognizer.tagTokens([[]]), [{ tags: [], spans: [] }])
    await assert.rejects(recognizer.nBest([['Ada']], 2), hasCode('predict/kind'))
    assert.throws(() => recognizer.annotateNBest(['Ada'], 2), hasCode('predict/kind'))
    await assert.rejects(recognizer.tagProbabilities([['Ada']]), hasCode('predict/kind'))
    await assert.rejects(recognizer.tag(5 as unknown as string), hasCode('predict/argument'))
    await assert.rejects(recognizer.tagTokens('Ada' as unknown as string[][]), hasCode('predict/argument'))
    await recognizer.release()
    await recognizer.release()
    await assert.rejects(recognizer.tag('Ada'), hasCode('predict/released'))
    await assert.rejects(recognizer.tagTokens([['Ada']]), hasCode('predict/released'))
  })

test('in a page: rules and combinations are fetched, and agree with the folder', async () => {
  const server = createServer((request, response) => {
    const path = at((request.url ?? '/').slice(1))
    if (existsSync(path)) response.end(readFileSync(path))
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const base = `http://127.0.0.1:${port}`
    writeFileSync(at('cities.txt'), 'Turin\nSão Paulo\n')
    writeFileSync(at('cities.yaml'), 'rules: [{type: LOC, file: cities.txt}]')
    const options = { runtime: nodeRuntime() }
    for (const name of ['cities.yaml', 'all', 'hmms']) {
      await using here = await loadTagger(at(name))
      await using page = await loadInPage(`${base}/${name}`, options)
      assert.deepEqual(await page.tag(TEXTS), await here.tag(TEXTS))
    }
    await using numbers = await loadInPage('numbers+pii')
    assert.ok((await numbers.tag('ada@example.org')).length === 1)
    const files = readdirSync(at('hmms')).map(file => [file, readFileSync(join(at('hmms'), file))] as const)
    await using inMemory = await loadInPage(new Map(files), options)
    await using folder = await loadTagger(at('hmms'))
    assert.deepEqual(await inMemory.tag(TEXTS), await folder.tag(TEXTS))
    await assert.rejects(loadInPage(`${base}/none.yaml`), hasCode('model/file'))
    writeFileSync(at('away.yaml'), 'rules: [{type: LOC, file: "https://example.org/list.txt"}]')
    await assert.rejects(loadInPage(`${base}/away.yaml`), hasCode('model/file'))
  } finally {
    server.close()
  }
})

test('report, compare, evaluate and redact take every kind', async () => {
  for (const kind of KINDS) {
    const { path, data } = await writeReport(named(kind), { corpus: DEV, out: at('page.html') })
    assert.ok(existsSync(path) && data.model === undefined && data.settings === undefined)
    assert.equal(data.evaluation.parts !== undefined, !isBuiltInModel(kind) || kind === 'pii')
    assert.equal(
      readFileSync(path, 'utf8').includes('Which part found what'),
      data.evaluation.parts !== undefined,
    )
    await assert.rejects(writeReport(named(kind), { out: at('page.html') }), hasCode('report/corpus'))
    await using recognizer = await loadTagger(named(kind))
    const redactor = await createRedactor({ policy: 'mask' })
    const counts = newCounts()
    const source = { content: TEXTS.join('\n'), format: 'lines', fields: [], name: 'x' } as const
    for await (const { parts } of redactFile(recognizer, redactor, source, { minScore: 0, counts }))
      for (const { text, replacements } of parts)
        assert.equal(
          text.match(/\*+/g)?.length ?? 0,
          new Set(replacements.map(each => each.redacted.start)).size,
        )
    assert.ok(counts.entities > 1, kind)
  }
  const names = [...KINDS.map(named), at('hmm')]
  const measured = await measureRuns(names, { corpus: DEV, reading: {}, mode: 'conlleval' })
  const { runs, settings } = compareRuns(measured, 'best', { samples: 20, rounds: 20, seed: 1, level: 0.95 })
  assert.equal(runs.length, KINDS.length + 1)
  assert.deepEqual(settings.recognizer?.at(-1), 'hmm')
  await assert.rejects(measureRuns(names, { reading: {}, mode: 'conlleval' }), hasCode('compare/corpus'))
})

test('names joined by + are one folder; pii is rules and names', async () => {
  const { parts } = await combine(`numbers+${at('fix.yaml')}+${at('hmm')}`, at('joined'), () => {})
  assert.deepEqual(
    parts.map(({ name, kind, as }) => [name, kind, as]),
    [
      ['numbers', 'built-in', 'find'],
      ['fix', 'rules', 'find'],
      ['hmm', 'run', 'find'],
    ],
  )
  await using joined = await loadTagger(at('joined'))
  await using same = await loadTagger(`numbers+${at('fix.yaml')}+${at('hmm')}`)
  assert.deepEqual(await joined.tag(TEXTS), await same.tag(TEXTS))
})

test('what rules fix is found, what they forbid is not; sources say who found what, and are counted', async () => {
  await using all = await loadTagger(at('all'))
  await using alone = await loadTagger(at('neural'))
  const [text] = TEXTS
  const found = await all.tag(text)
  const byText = new Map(found.map(entity => [entity.text, entity]))
  assert.deepEqual(byText.get('Babbage from London')?.source, 'known')
  assert.deepEqual([byText.get('AB-12')?.type, byText.get('AB-12')?.source], ['CODE', 'known'])
  // The model alone finds what is forbidden.
  const forbidden = (entities: readonly { text: string }[]) =>
    entities.filter(entity => /Ada|Lovelace|Turin/.test(entity.text)).length
  assert.ok(forbidden(await alone.tag(text)) > 0)
  assert.equal(forbidden(found), 0)
  assert.ok((await all.tag('Maria Silva flew.')).some(({ source }) => source === 'find'))
  const { parts, scores } = await evaluateOn(all, DEV, { mode: 'conlleval' })
  assert.ok(parts)
  const { sources } = parts
  const predicted = Object.values(sources).reduce((sum, own) => sum + own.predicted, 0)
  assert.equal(predicted, scores.exact.micro.predicted)
  assert.equal(
    Object.values(sources).reduce((sum, own) => sum + own.correct, 0),
    scores.exact.micro.correct,
  )
})

test('built-in models are parts', async () => {
  await using two = await loadTagger(at('two'))
  const found = await two.tag('Write to ada@example.org!')
  assert.ok(found.some(({ text, source }) => text === 'ada@example.org' && source === 'pii'))
})

test('made twice, a combination is the same, byte for byte', async () => {
  await combine(at('all.yaml'), at('again'), () => {})
  const names = readdirSync(at('all'))
  assert.deepEqual(readdirSync(at('again')), names)
  for (const name of names)
    assert.ok(readFileSync(join(at('all'), name)).equals(readFileSync(join(at('again'), name))), name)
  assert.ok(names.length > 8)
})

test('damaged parts are refused by name, and what asks a combination for the files of a run says what it is', async () => {
  let cases = 0
  for (const file of [
    'combination.json',
    '1-rules.json',
    '0-vocab.json',
    '0-manifest.json',
    '4-model.safetensors',
  ])
    for (const isListed of [false, true]) {
      const copy = at(`${file}-${isListed}`)
      await combine(at('all.yaml'), copy, () => {})
      truncateSync(join(copy, file), 100)
      if (isListed) finishRunFolder(copy, {})
      await assert.rejects(loadTagger(copy), error => {
        assert.ok(isInputError(error), String(error))
        assert.match(error.message, new RegExp(file.replace('.', '\\.')))
        return true
      })
      cases++
    }
  assert.equal(cases, 10)
  // Whatever else takes a run asks for its files.
  const opened = await openModel(at('all'))
  await assert.rejects(opened.load(['config.json', 'vocab.json']), error => {
    assert.ok(isInputError(error) && error.faults.length === 1)
    assert.match(error.message, /combination\.json: .*a combination of recognizers/)
    return true
  })
})

test('a list of parts that cannot be combined is refused with its line, and leaves no folder', async () => {
  const cases: readonly (readonly [text: string, code: string, line?: number])[] = [
    ['parts:\n- {modle: neural}', 'combine/form', 2],
    ['parts:\n- {model: neural}\n- {model: neural}', 'combine/form', 3],
    ['parts:\n- {model: neural, rules: fix.yaml}', 'combine/form', 2],
    ['parts:\n- {model: neural, as: fxi}', 'combine/form', 2],
    ['parts: []', 'combine/form', 1],
    ['parts:\n- {model: all}', 'combine/form', 2],
    ['parts:\n- {rules: fix.yaml, as: forbid}', 'combine/guide'],
    ['parts:\n- {rules: absent.yaml}', 'rules/file'],
    ['parts:\n- {model: absent}', 'model/file'],
    ['parts:\n- {rules: fix.yaml/x.yaml}', 'rules/file'],
    ['parts:\n- {rules: "a\\0.yaml"}', 'rules/file'],
    ['parts:\n- {model: fix.yaml/x}', 'model/file'],
    ['parts:\n- {model: hmm, types: []}', 'combine/form', 2],
    ['parts:\n- {model: hmm}\n- {rules: find.yaml, types: [TIME, TIM]}', 'combine/form', 3],
    ['parts: [', 'rules/yaml', 1],
    // The place is in the rules file that the user wrote, not in its copy.
    ['parts:\n- {rules: wrong.yaml}', 'rules/pattern', 3],
  ]
  writeFileSync(at('wrong.yaml'), "rules:\n- type: A\n  regex: '('\n")
  for (const [text, code, line] of cases) {
    writeFileSync(at('bad.yaml'), text)
    await assert.rejects(
      combine(at('bad.yaml'), at('bad'), () => {}),
      error => {
        assert.ok(isInputError(error), String(error))
        assert.equal(error.code, code, `${text}: ${error.message}`)
        const { where } = error.faults[0]
        if (line !== undefined)
          assert.equal(typeof where === 'object' && 'line' in where ? where.line : 0, line, text)
        return true
      },
    )
    assert.ok(!existsSync(at('bad')), text)
  }
  assert.equal(cases.length, 16)
})
