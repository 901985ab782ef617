import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'

const cli = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const index = new URL('../index.js', import.meta.url).href
const NOTICE = /onnxruntime-node is not installed: running on WebAssembly/g
const TEXT = readFileSync(new URL('../../samples/demo-texts.txt', import.meta.url), 'utf8')
const folder = temporaryFolder()
const run = join(folder.path, 'run')

interface Environment {
  /** NERITE_RUNTIME */
  readonly runtime?: string
  /** Packages that are made to look as if they were not installed. */
  readonly without?: readonly string[]
}

/** Runs Node.js with some packages missing, in its worker threads too. */
function node(args: readonly string[], { runtime, without = [] }: Environment) {
  const hooks = `export async function resolve(name, context, next) {
    // What the package ships has a copy of onnxruntime-web.
    const own = name.startsWith('./onnxruntime/') ? 'onnxruntime-web' : name
    if (${JSON.stringify(without)}.some(gone => own === gone || own.startsWith(gone + '/')))
      throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(name, context)
  }`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))})`
  const { NERITE_RUNTIME: _, ...inherited } = process.env
  const env = { ...inherited, NO_COLOR: '1', ...(runtime !== undefined && { NERITE_RUNTIME: runtime }) }
  const result = spawnSync(process.execPath, ['--import', dataUrl(register), ...args], {
    encoding: 'utf8',
    env,
  })
  return { ...result, notices: result.stderr.match(NOTICE)?.length ?? 0 }
}

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`
}

interface Found {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly score: number
}

function predict(environment: Environment): {
  readonly entities: readonly Found[]
  readonly notices: number
} {
  const { status, stdout, stderr, notices } = node(
    [cli, 'predict', run, '--json', '--text', TEXT],
    environment,
  )
  assert.equal(status, 0, stderr)
  return { entities: (JSON.parse(stdout) as { entities: Found[] }[])[0].entities, notices }
}

before(() => {
  const file = join(folder.path, 'config.json')
  const { corpus, input, encoder, training } = tinyConfig({
    training: { epochs: 10, patience: null, learningRate: 0.03 },
  })
  writeFileSync(file, JSON.stringify({ corpus, input, encoder, training }))
  const trained = node([cli, 'train', file, '--out', run], { without: ['onnxruntime-node'] })
  assert.equal(trained.status, 0, trained.stderr)
  assert.equal(trained.notices, 1, trained.stderr)
})
after(() => folder.remove())

test('without onnxruntime-node training runs on WebAssembly, and the log says so', () => {
  const events = readFileSync(join(run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { kind: string; runtime?: string; code?: string; loss?: number })
  assert.equal(events.find(({ kind }) => kind === 'start')?.runtime, 'onnxruntime-web')
  assert.equal(events.filter(({ kind, code }) => kind === 'warning' && code === 'runtime').length, 1)
  const losses = events.filter(({ kind }) => kind === 'epoch').map(({ loss }) => loss ?? Number.NaN)
  assert.equal(losses.length, 10)
  assert.ok(losses[9] < losses[0] / 2, `losses ${losses}`)
})

test('every runtime finds the same entities, and only a missing one is mentioned', () => {
  const native = predict({})
  assert.equal(native.notices, 0)
  assert.ok(native.entities.length > 0)
  const others: readonly (readonly [Environment, number])[] = [
    [{ runtime: 'node' }, 0],
    [{ runtime: 'web' }, 0],
    [{ without: ['onnxruntime-node'] }, 1],
    [{ runtime: 'reference', without: ['onnxruntime-node', 'onnxruntime-web'] }, 0],
  ]
  for (const [environment, notices] of others) {
    const found = predict(environment)
    assert.equal(found.notices, notices, JSON.stringify(environment))
    const places = ({ entities }: typeof found) =>
      entities.map(({ start, end, type }) => `${start}-${end} ${type}`)
    assert.deepEqual(places(found), places(native))
    found.entities.forEach(({ score }, i) => {
      assert.ok(Math.abs(score - native.entities[i].score) < 1e-4, `${score} and ${native.entities[i].score}`)
    })
  }
})

test('one process says it once, in training and in tagging', () => {
  const config = tinyConfig({ training: { epochs: 1 } })
  const script = join(folder.path, 'both.mjs')
  writeFileSync(
    script,
    `import { loadTagger, train } from ${JSON.stringify(index)}
    const out = ${JSON.stringify(join(folder.path, 'both'))}
    for await (const event of train({ config: ${JSON.stringify(config)}, out }))
      if (event.kind === 'warning') console.error(event.message)
    for (let i = 0; i < 2; i++) await (await loadTagger(out)).release()`,
  )
  const trained = node([script], { without: ['onnxruntime-node'] })
  assert.equal(trained.status, 0, trained.stderr)
  assert.equal(trained.notices, 1, trained.stderr)
  writeFileSync(
    script,
    `import { loadTagger } from ${JSON.stringify(index)}
    for (let i = 0; i < 2; i++) await (await loadTagger(${JSON.stringify(run)})).release()`,
  )
  const loaded = node([script], { without: ['onnxruntime-node'] })
  assert.equal(loaded.status, 0, loaded.stderr)
  assert.equal(loaded.notices, 1, loaded.stderr)
})

test('an unavailable runtime is an input error with one message', () => {
  const cases: readonly (readonly [Environment, RegExp])[] = [
    [{ runtime: 'gpu' }, /NERITE_RUNTIME: expected node, web, reference, got 'gpu'; /],
    [{ runtime: 'node', without: ['onnxruntime-node'] }, /runtime: expected onnxruntime-node installed/],
    [{ without: ['onnxruntime-node', 'onnxruntime-web'] }, /NERITE_RUNTIME=reference/],
  ]
  for (const [environment, message] of cases) {
    const { status, stderr, stdout } = node([cli, 'predict', run, '--text', TEXT], environment)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /\n\s+at /, 'a stack trace')
    assert.equal(stdout, '')
    assert.equal(status, 2)
  }
})
