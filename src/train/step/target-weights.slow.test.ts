import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { DecoderConfig } from '../../config/schema.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import { gradients } from '../../engine/graph/gradients.js'
import { softmaxLoss } from '../../engine/layers/softmax-loss.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import { webInNode } from '../../engine/runtime/node/choose-runtime.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import type { Runtime, Tensor } from '../../engine/runtime/runtime.js'
import type { LabeledCorpus } from '../prepare/corpora.js'
import { countTags, tagWeights } from '../prepare/tag-weights.js'
import { Training } from '../training.js'
import { targetWeights } from './target-weights.js'

interface OracleCase {
  time: number
  lengths: number[]
  tags: number
  labelSmoothing: number
  focalGamma: number
  weights: number[]
  gold: number[][]
  logits: number[]
  loss: number
  gradient: number[]
}

const oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/softmax-loss.json', import.meta.url), 'utf8'),
) as { cases: OracleCase[] }

const float = (shape: readonly number[], data: ArrayLike<number>): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
})

const runtimes: [string, () => Runtime][] = [
  ['node', nodeRuntime],
  ['web', webInNode],
  ['reference', referenceRuntime],
]
for (const [name, create] of runtimes)
  test(`class weights, label smoothing and focal loss are PyTorch's, gradients too (${name})`, async () => {
    let compared = 0
    for (const c of oracle.cases) {
      const { time, tags, lengths } = c
      const batch = lengths.length
      const g = new GraphBuilder('loss')
      const shape = ['time', tags, 'batch']
      const [logits, gold] = ['logits', 'gold'].map(input => g.input(input, 'float32', shape))
      const scale = g.input('scale', 'float32', [])
      const loss = softmaxLoss(g, logits, gold, scale, { focalGamma: c.focalGamma })
      const [gradient] = gradients(g, loss, [logits])
      const session = await create().createSession(encodeModel(g.finish({ loss, gradient })), { threads: 1 })
      const rows = targetWeights(c.weights, c.labelSmoothing)
      const target = new Float32Array(time * tags * batch)
      let total = 0
      c.gold.forEach((path, b) => {
        path.forEach((tag, t) => {
          total += c.weights[tag]
          for (let k = 0; k < tags; k++) target[(t * tags + k) * batch + b] = rows[tag * tags + k]
        })
      })
      const dims = [time, tags, batch]
      const found = await session.run({
        logits: float(dims, c.logits),
        gold: float(dims, target),
        scale: float([], [1 / total]),
      })
      await session.release()
      const close = (a: number, b: number) => Math.abs(a - b) <= 3e-6 * Math.max(1, Math.abs(b))
      assert.ok(close(found.loss.data[0] as number, c.loss), `${found.loss.data[0]}, not ${c.loss}`)
      c.gradient.forEach((expected, i) => {
        assert.ok(close(found.gradient.data[i] as number, expected), `gradient ${i}`)
        compared++
      })
    }
    assert.equal(oracle.cases.length, 7)
    assert.equal(compared, 269)
  })

const corpus: LabeledCorpus = {
  path: 'notes',
  scheme: 'BIO',
  sentences: [
    ['Ada Lovelace wrote', 'B-PER I-PER O'],
    ['to Charles in London', 'O B-PER O B-LOC'],
    ['it rained', 'O O'],
  ].map(([words, tags], i) => ({ tokens: words.split(' '), tags: tags.split(' '), lines: [i + 1] })),
}

test('a training step’s loss is the defined one of the shipped graph’s logits', async () => {
  let cases = 0
  for (const decoder of [
    { kind: 'softmax', labelSmoothing: 0.2 },
    { kind: 'softmax', labelSmoothing: 0.1, classWeights: 'balanced', focalGamma: 1.5 },
    { kind: 'softmax', classWeights: { PER: 3 } },
  ] as const) {
    const config = resolveConfig({
      file: {
        tags: { scheme: 'BIO' },
        input: { dropout: 0, words: { dim: 6, dropout: 0 } },
        encoder: [{ kind: 'bilstm', hidden: 5, dropout: 0 }],
        decoder,
      },
    })
    const training = Training.prepare({ config, train: corpus, dev: null, runtime: nodeRuntime() })
    const { prepared, tagWeights: weights } = training
    const { definition, sentences } = prepared
    const step = await training.createStep()
    const { loss } = await step.run(sentences, Random.fromSeed(1))
    await step.release()
    const tags = definition.tags.length
    const tagger = await training.createTagger()
    const found = await tagger.find(corpus.sentences.map(({ tokens }) => tokens))
    await tagger.release()
    assert.ok(config.decoder.kind === 'softmax')
    const { labelSmoothing, focalGamma } = config.decoder
    let [sum, total] = [0, 0]
    sentences.forEach(({ tags: path }, s) => {
      path.forEach((gold, t) => {
        const row = Array.from(found[s].emissions.subarray(t * tags, (t + 1) * tags))
        const partition = row.reduce((a, b) => a + Math.exp(b), 0)
        total += weights[gold]
        row.forEach((logit, k) => {
          const p = Math.exp(logit) / partition
          const target = (k === gold ? 1 - labelSmoothing : 0) + labelSmoothing / tags
          sum -= target * weights[k] * (1 - p) ** focalGamma * Math.log(p)
        })
      })
    })
    assert.ok(Math.abs(loss - sum / total) < 1e-5, `${loss}, not ${sum / total}`)
    cases++
  }
  assert.equal(cases, 3)
})

test('class weights: scikit-learn’s balanced ones, their roots, and those named', () => {
  const tags = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']
  const counts = countTags([{ tags: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 2, 3, 3, 3) }], tags.length)
  // compute_class_weight('balanced', classes=[0, 1, 2, 3], y=[0]*5 + [1]*2 + [2] + [3]*3); I-LOC never occurs.
  const balanced = [0.55, 1.375, 2.75, 11 / 12, 1]
  const softmax = { kind: 'softmax', constrained: true, focalGamma: 0, labelSmoothing: 0 } as const
  type Weights = Extract<DecoderConfig, { kind: 'softmax' }>['classWeights']
  const weightsOf = (classWeights: Weights) => tagWeights({ ...softmax, classWeights }, tags, counts)
  const found = weightsOf('balanced')
  const roots = weightsOf('sqrt-balanced')
  balanced.forEach((weight, i) => {
    assert.ok(Math.abs(found[i] - weight) < 1e-6)
    assert.ok(Math.abs(roots[i] - Math.sqrt(weight)) < 1e-6)
  })
  assert.deepEqual([...weightsOf({ O: 0.5, PER: 2, 'I-PER': 4 })], [0.5, 2, 4, 1, 1])
  assert.deepEqual([...weightsOf('none')], [1, 1, 1, 1, 1])
  assert.throws(() => weightsOf({ PERS: 2 }), /decoder\.classWeights\.PERS: .*did you mean PER\?/)
})
