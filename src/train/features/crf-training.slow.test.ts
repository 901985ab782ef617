import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { resolveAnyConfig } from '../../config/resolve.js'
import type { PartialAnyConfig } from '../../config/schema.js'
import { temporaryFolder, trainHere } from '../testing/tiny-run.js'

const folder = temporaryFolder()
after(() => folder.remove())

const sample = (name: string) => new URL(`../../../samples/${name}.markup`, import.meta.url).pathname

type CrfSettings = Extract<PartialAnyConfig, { readonly features?: unknown }>

function config(training: CrfSettings['training'], templates?: string[]) {
  const corpus = { train: sample('dev'), dev: sample('test') }
  return resolveAnyConfig({
    file: { recognizer: 'crf', corpus, training, ...(templates && { features: { templates } }) },
  })
}

function bytes(run: string): string {
  return ['vocab.json', 'model.safetensors'].map(name => readFileSync(join(run, name), 'base64')).join('\n')
}

test('a run that was stopped and resumed has the bytes of one that was not, for either algorithm', async () => {
  let cases = 0
  for (const algorithm of [
    { kind: 'lbfgs', maxIterations: 14 },
    { kind: 'lbfgs', l1: 0, maxIterations: 14 },
    { kind: 'perceptron', epochs: 6 },
    { kind: 'adagrad', epochs: 6, l1: 0.01 },
    { kind: 'lbfgs', maxIterations: 15 },
    { kind: 'perceptron', epochs: 7 },
    { kind: 'adagrad', epochs: 7 },
  ] as const) {
    // The last ones have features of steps.
    const templates = ['word', 'shape', 'shape@1', 'step & shape@-1 & shape']
    const own = config({ algorithm, threads: 1 }, cases >= 4 ? templates : undefined)
    const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, `${name}-${cases}`))
    await trainHere({ config: own, out: whole })
    const first = await trainHere({ config: own, out: halved }, 4)
    const stopped = first.at(-1)
    assert.ok(stopped?.kind === 'done' && stopped.reason === 'interrupted' && stopped.epoch === 4)
    const second = await trainHere({ config: own, out: halved, resume: true })
    const restart = second.find(event => event.kind === 'start')
    assert.deepEqual(restart?.resumedFrom, { epoch: 5, step: 0 })
    assert.equal(bytes(halved), bytes(whole))
    cases++
  }
  assert.equal(cases, 7)
})

test('any number of threads gives the same bytes', async () => {
  const runs: string[] = []
  for (const threads of [1, 2, 3]) {
    const out = join(folder.path, `threads-${threads}`)
    await trainHere({ config: config({ algorithm: { kind: 'lbfgs', maxIterations: 8 }, threads }), out })
    runs.push(bytes(out))
  }
  assert.equal(runs[1], runs[0])
  assert.equal(runs[2], runs[0])
})
