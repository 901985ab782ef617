/** Inputs as tests see them: sentences in, features and gradients out, as in training and by the shipped graph. */
import assert from 'node:assert/strict'
import { Random } from '../../../base/random.js'
import { resolveConfig } from '../../../config/resolve.js'
import type { InputConfig, PartialConfig } from '../../../config/schema.js'
import type { GazetteerList } from '../../../encode/gazetteer.js'
import type { WordClassList } from '../../../encode/word-classes.js'
import type { WordVectors } from '../../../encode/word-vectors.js'
import { GraphBuilder } from '../../../engine/graph/builder.js'
import { encodeModel } from '../../../engine/onnx/encode.js'
import { ParameterStore, type RowGradient, type Slot } from '../../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../../engine/runtime/node/ort-node.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { InferenceValues } from '../../inference-values.js'
import { buildVocabularies, parseVocabularies, taggerInputs, type Vocabularies } from '../../vocabularies.js'
import { BatchInputs } from '../batch-inputs.js'
import type { TokenSentence } from '../sentence.js'
import { inputWidth, type TaggerInputs, UnitTable } from '../unit-table.js'
import { SENTENCES } from './sample.js'

export interface SubjectOptions {
  readonly gazetteers?: readonly GazetteerList[]
  readonly classes?: readonly WordClassList[]
  readonly vectors?: WordVectors
  readonly dropout?: { readonly units: number; readonly features: number }
  readonly runtime?: Runtime
  readonly slots?: readonly Slot[]
}

export interface Trained {
  /** `[sentence][unit · width]` */
  readonly features: readonly Float32Array[]
  /** The product of the features with fixed random numbers, and its gradient by parameter. */
  readonly loss: number
  readonly gradients: ReadonlyMap<string, Float32Array>
  readonly rowGradients: readonly RowGradient[]
}

/** Inputs with vocabularies from the sample's sentences. */
export class InputSubject {
  readonly config: InputConfig
  readonly vocabularies: Vocabularies
  readonly inputs: TaggerInputs
  readonly table: UnitTable
  readonly store: ParameterStore
  readonly width: number

  constructor(
    input: PartialConfig['input'],
    readonly options: SubjectOptions = {},
  ) {
    const { gazetteers, classes, vectors, slots = ['gradient'] } = options
    this.config = resolveConfig({
      file: {
        input: { ...input, words: { dim: 4, ...input?.words } },
        decoder: { kind: 'softmax' },
      },
    }).input
    const source = {
      sentences: SENTENCES,
      types: ['PER', 'LOC'],
      scheme: 'BIO',
      gazetteers,
      classes,
      vectors,
    } as const
    this.vocabularies = buildVocabularies(source, { input: this.config })
    this.inputs = taggerInputs({ input: this.config }, this.vocabularies, { vectors })
    this.table = new UnitTable(this.inputs)
    this.width = inputWidth(this.inputs)
    const specs = this.inputs.blocks.flatMap(({ parameters }) => parameters)
    this.store = new ParameterStore(specs, { random: Random.fromSeed(5), slots })
    // Away from special points such as zero biases. The row of padding stays zero.
    const random = Random.fromSeed(6)
    for (const { value, shape, name } of this.store.parameters)
      if (shape.length === 1) for (let i = 0; i < value.length; i++) value[i] += 0.1 * random.normal()
      else assert.ok(/Filters|weight/.test(name) || value.subarray(0, shape[1]).every(x => x === 0), name)
  }

  /** The inputs that a loaded model has: from the JSON of the vocabularies. */
  stored(change: (json: Record<string, unknown>) => void = () => {}, vectors?: WordVectors): TaggerInputs {
    const json = JSON.parse(JSON.stringify(this.vocabularies))
    change(json)
    const settings = { input: this.config }
    return taggerInputs(settings, parseVocabularies(json, settings, 'vocab.json'), { vectors })
  }

  /** The features by the shipped graph, `[sentence][unit · width]`. */
  async infer(
    sentences: readonly TokenSentence[],
    { inputs = this.inputs, runtime = nodeRuntime() } = {},
  ): Promise<Float32Array[]> {
    const g = new GraphBuilder('inputs')
    const lengths = g.input('lengths', 'int32', ['batch'])
    const tokens = g.input('tokens', 'int32', ['time', 'batch'])
    const shapes = new Map(this.store.parameters.map(({ name, shape }) => [name, shape]))
    const values = new InferenceValues(g, shapes, name => this.store.get(name).value, { lengths, tokens })
    const parts = this.inputs.blocks.map(block => block.infer(g, values))
    parts.forEach(({ shape }, i) => {
      assert.deepEqual(shape, ['distinct', this.inputs.blocks[i].width])
    })
    const model = g.finish({ rows: parts.length === 1 ? parts[0] : g.concat(parts, 1) })
    const table = new UnitTable(inputs)
    const encoded = sentences.map(sentence => table.encode(sentence).unitIds)
    const feeds = Object.assign({}, ...inputs.blocks.map((block, i) => block.feed(table.ids[i])))
    const session = await runtime.createSession(encodeModel(model, { initializers: values.initializers }))
    assert.deepEqual([...session.inputNames].sort(), Object.keys(feeds).sort())
    const rows = (await session.run(feeds)).rows.data as Float32Array
    await session.release()
    return encoded.map(units =>
      Float32Array.from({ length: units.length * this.width }, (_, i) => {
        return rows[units[Math.floor(i / this.width)] * this.width + (i % this.width)]
      }),
    )
  }

  /** Opens what training needs. @returns one step; `release` ends it */
  async open() {
    const { dropout = { units: 0, features: 0 }, runtime = nodeRuntime() } = this.options
    const inputs = await BatchInputs.create(this.table, dropout, {
      runtime,
      value: name => this.store.get(name).value,
      gradient: name => this.store.get(name).slots.gradient ?? assert.fail(name),
      settleRows: (name, rows) => this.store.settleRows(name, rows),
    })
    const step = async (sentences: readonly TokenSentence[], padding = 0): Promise<Trained> => {
      const units = sentences.map(sentence => this.table.encode(sentence).unitIds)
      const time = Math.max(...units.map(({ length }) => length)) + padding
      const size = { time, batch: units.length }
      const { shape, data } = await inputs.forward(units, size, Random.fromSeed(1))
      assert.deepEqual(shape, [time, this.width, units.length])
      const x = (data as Float32Array).slice()
      const dX = inputs.gradientTensor().data as Float32Array
      let loss = 0
      const features = units.map(own => new Float32Array(own.length * this.width))
      for (let t = 0; t < time; t++)
        for (let d = 0; d < this.width; d++)
          for (let b = 0; b < size.batch; b++) {
            const at = (t * this.width + d) * size.batch + b
            // What comes back at padding is to be left alone.
            dX[at] = Math.sin(1 + t * 3.1 + d * 1.7 + units[b].length)
            if (t >= units[b].length) assert.equal(x[at], 0)
            else {
              features[b][t * this.width + d] = x[at]
              loss += x[at] * dX[at]
            }
          }
      const rowGradients = await inputs.backward()
      const gradients = new Map(
        this.store.parameters.map(({ name }) => [name, this.denseGradient(name, rowGradients)]),
      )
      return { features, loss, gradients, rowGradients }
    }
    return { step, release: () => inputs.release() }
  }

  /** One step. */
  async train(sentences: readonly TokenSentence[], padding = 0): Promise<Trained> {
    const { step, release } = await this.open()
    const result = await step(sentences, padding)
    await release()
    return result
  }

  private denseGradient(name: string, rowGradients: readonly RowGradient[]): Float32Array {
    const { value, shape, slots, sparseRows } = this.store.get(name)
    const own = rowGradients.filter(each => each.name === name)
    assert.equal(own.length, sparseRows ? 1 : 0)
    if (!sparseRows) return (slots.gradient ?? assert.fail(name)).slice()
    const dense = new Float32Array(value.length)
    own[0].rows.forEach((row, i) => {
      dense.set(own[0].gradient.subarray(i * shape[1], (i + 1) * shape[1]), row * shape[1])
    })
    return dense
  }
}

/** The largest difference between two lists of features. */
export function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  assert.deepEqual(
    a.map(({ length }) => length),
    b.map(({ length }) => length),
  )
  return Math.max(...a.map((own, i) => own.reduce((most, x, j) => Math.max(most, Math.abs(x - b[i][j])), 0)))
}
