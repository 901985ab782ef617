import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import { encoderUnits } from './pieces.js'
import { tokenizerOfEncoder } from './pretrained-model.js'
import { type Family, gradientsOf, infer, largest, prepareEncoder } from './testing/encoder-case.js'

interface Words extends Family {
  readonly words: readonly (readonly (number | null)[])[]
}
const ORACLE = JSON.parse(readFileSync('oracles/encoders.json', 'utf8')) as {
  readonly sentences: readonly (readonly string[])[]
  readonly families: Readonly<Record<string, Words>>
}
const FAMILIES = Object.entries(ORACLE.families)

const folderOf = (name: string) => `oracles/encoders/${name}`

test("states equal PyTorch's to 1e-4 for every family, and padding never changes them", async () => {
  let numbers = 0
  for (const [name, { ids, states }] of FAMILIES) {
    const opened = prepareEncoder(await readEncoderFolder(folderOf(name)))
    const together = await infer(opened, ids)
    for (const [i, own] of together.entries()) {
      assert.ok(largest(own, states[i]) < 1e-4, `${name}: ${largest(own, states[i])}`)
      const [alone] = await infer(opened, [ids[i]])
      assert.ok(largest(own, alone) < 1e-5, `${name}: padding`)
      numbers += own.length
    }
  }
  assert.equal(FAMILIES.length, 9)
  assert.ok(numbers > 9 * 500, String(numbers))
})

test("gradients equal PyTorch's for every family", async () => {
  let compared = 0
  for (const [name, family] of FAMILIES) {
    const model = await readEncoderFolder(folderOf(name))
    const opened = prepareEncoder(model)
    const { loss, found, dX } = await gradientsOf(opened, family)
    assert.ok(Math.abs(loss - family.loss) < 1e-4 * Math.max(1, Math.abs(family.loss)), name)
    const expected = new Map(Object.entries(family.gradients))
    // Tensors side by side have the sums of theirs.
    for (const [parameter, gradient] of found) {
      const { value } = opened.store.get(parameter)
      const wanted = tensorsOf(parameter, [...expected.keys()]).map(tensor => {
        const own = expected.get(tensor) as readonly [number, number]
        expected.delete(tensor)
        return own
      })
      const sum = (at: 0 | 1) => wanted.reduce((all, own) => all + own[at], 0)
      const squares = gradient.reduce((all, x) => all + x * x, 0)
      const product = gradient.reduce((all, x, i) => all + x * value[i], 0)
      const scale = Math.sqrt(sum(0)) + 1e-3
      assert.ok(Math.abs(Math.sqrt(squares) - Math.sqrt(sum(0))) < 2e-4 * scale, `${name} ${parameter}: norm`)
      assert.ok(
        Math.abs(product - sum(1)) < 1e-3 * (scale * Math.sqrt(value.length) * 0.1 + 1),
        `${name} ${parameter}`,
      )
      compared++
    }
    // What is left is the table of pieces, whose gradient is that of the embeddings.
    assert.deepEqual(
      [...expected.keys()].filter(tensor => !/(word|tok)_embeddings/.test(tensor)),
      [],
    )
    assert.ok(dX.every(Number.isFinite))
  }
  assert.ok(compared > 9 * 17, String(compared))
})

/** The tensors of `transformers` that a parameter is made of. */
function tensorsOf(parameter: string, all: readonly string[]): readonly string[] {
  const [, place, rest] = /^pretrained\.(layers\.\d+|)\.?(.*)$/.exec(parameter) as unknown as string[]
  // ModernBERT counts `layers`, all others `layer`.
  const layer = place.replace('layers', '')
  const kinds: readonly (readonly [RegExp, RegExp])[] = [
    [/^attention\.qkv$/, /(query|key|value|query_proj|key_proj|value_proj|[qkv]_lin)\.weight$/],
    [/^attention\.qkvBias$/, /(query|key|value|query_proj|key_proj|value_proj|[qkv]_lin)\.bias$/],
    [/^attention\.output$/, /attention\.(output\.dense|out_lin)\.weight$/],
    [/^attention\.outputBias$/, /attention\.(output\.dense|out_lin)\.bias$/],
    [/^attentionNorm\.scale$/, /(attention\.output\.LayerNorm|sa_layer_norm)\.weight$/],
    [/^attentionNorm\.bias$/, /(attention\.output\.LayerNorm|sa_layer_norm)\.bias$/],
    [/^feedForward\.hidden$/, /(intermediate\.dense|lin1)\.weight$/],
    [/^feedForward\.hiddenBias$/, /(intermediate\.dense|lin1)\.bias$/],
    [/^feedForward\.output$/, /(\d\.output\.dense|lin2)\.weight$/],
    [/^feedForward\.outputBias$/, /(\d\.output\.dense|lin2)\.bias$/],
    [/^feedForwardNorm\.scale$/, /(\d\.output\.LayerNorm|output_layer_norm)\.weight$/],
    [/^feedForwardNorm\.bias$/, /(\d\.output\.LayerNorm|output_layer_norm)\.bias$/],
    [/^attentionNorm$/, /attn_norm\.weight$/],
    [/^qkv$/, /attn\.Wqkv\.weight$/],
    [/^attentionOutput$/, /attn\.Wo\.weight$/],
    [/^feedForwardNorm$/, /mlp_norm\.weight$/],
    [/^hidden$/, /mlp\.Wi\.weight$/],
    [/^output$/, /mlp\.Wo\.weight$/],
    [/^scale$/, /embeddings\.norm\.weight$/],
    [/^finalScale$/, /final_norm\.weight$/],
    [/^distances$/, /rel_embeddings\.weight$/],
    [/^distanceNorm\.scale$/, /encoder\.LayerNorm\.weight$/],
    [/^distanceNorm\.bias$/, /encoder\.LayerNorm\.bias$/],
    [/^norm\.scale$/, /embeddings\.LayerNorm\.weight$/],
    [/^norm\.bias$/, /embeddings\.LayerNorm\.bias$/],
    [/^positions$/, /position_embeddings\.weight$/],
    [/^type$/, /token_type_embeddings\.weight$/],
    [/^projection$/, /embeddings_project\.weight$/],
    [/^projectionBias$/, /embeddings_project\.bias$/],
  ]
  const kind = kinds.find(([own]) => own.test(rest))
  assert.ok(kind, parameter)
  const found = all.filter(
    tensor => kind[1].test(tensor) && (layer === '' || new RegExp(`layers?\\${layer}\\.`).test(tensor)),
  )
  assert.equal(found.length, rest.startsWith('attention.qkv') ? 3 : 1, `${parameter}: ${found}`)
  return found
}

test('frozen layers have no gradient and change none of those above; an average of all layers starts even', async () => {
  const [, family] = FAMILIES[0]
  const model = await readEncoderFolder(folderOf('bert'))
  const whole = await gradientsOf(prepareEncoder(model), family)
  const half = await gradientsOf(prepareEncoder(model, { frozen: 1 }), family)
  const names = [...half.found.keys()]
  assert.ok(names.length > 8 && names.every(name => name.startsWith('pretrained.layers.1.')))
  for (const name of names)
    assert.ok(largest([...(half.found.get(name) ?? [])], [...(whole.found.get(name) ?? [])]) < 1e-5, name)
  assert.ok(half.dX.every(value => value === 0))
  const all = await gradientsOf(prepareEncoder(model, { frozen: 'all' }), family)
  assert.equal(all.found.size, 0)
  const mixed = await gradientsOf(prepareEncoder(model, { frozen: 'all', mixing: true }), family)
  assert.deepEqual([...mixed.found.keys()], ['pretrained.mix.weights', 'pretrained.mix.scale'])
  const shares = [...(mixed.found.get('pretrained.mix.weights') ?? [])]
  assert.ok(
    Math.abs(shares.reduce((a, b) => a + b)) < 1e-3,
    'the softmax of the shares has a gradient that sums to 0',
  )
  assert.ok(shares.some(value => Math.abs(value) > 1e-3))
})

test('words have the pieces that transformers gives them, special ones around the sentence', async () => {
  let sentences = 0
  for (const [name, { ids, words }] of FAMILIES) {
    // Its tokenizer leaves out the space before words that are given one by one; ours are as in running text.
    if (name === 'modernbert') continue
    const units = encoderUnits(tokenizerOfEncoder(await readEncoderFolder(folderOf(name)), name), {
      context: 0,
      longest: 512,
    })
    ORACLE.sentences.forEach((tokens, i) => {
      const { texts, starts, ends } = units.split(tokens)
      assert.deepEqual(texts.map(Number), ids[i], name)
      tokens.forEach((_, t) => {
        assert.deepEqual([starts[t], ends[t]], [words[i].indexOf(t), words[i].lastIndexOf(t) + 1], name)
      })
      sentences++
    })
  }
  assert.equal(sentences, 24)
})

test('a sentence takes whole tokens of its document with it, as many as there is room for', async () => {
  const tokenizer = tokenizerOfEncoder(await readEncoderFolder(folderOf('bert')), 'bert')
  const words = ['Ada', 'Lovelace', 'wrote', 'unwritable', 'London', '.', 'x', 'yz']
  let cases = 0
  for (let context = 0; context < 9; context++)
    for (const longest of [8, 14, 21, 64]) {
      const units = encoderUnits(tokenizer, { context, longest })
      const plain = encoderUnits(tokenizer, { context: 0, longest })
      for (let at = 0; at < words.length; at++) {
        const [before, after] = [words.slice(0, at), words.slice(at + 1)]
        const { texts, starts, ends } = units.split([words[at]], { before, after })
        const alone = plain.split([words[at]])
        assert.deepEqual(texts.slice(starts[0], ends[0]), alone.texts.slice(alone.starts[0], alone.ends[0]))
        const inner = alone.texts.length
        assert.ok(texts.length <= Math.max(longest, inner))
        // Brute force: the most neighbors that fit.
        const room = Math.min(context, Math.max(0, (longest - inner) >> 1))
        const most = (tokens: readonly string[]) => {
          let count = 0
          const sizeOf = (some: readonly string[]) => plain.split(some).texts.length - 2
          while (count < tokens.length && sizeOf(tokens.slice(0, count + 1)) <= room) count++
          return tokens.slice(0, count)
        }
        const all = [...most([...before].reverse()).reverse(), words[at], ...most(after)]
        assert.deepEqual(texts, plain.split(all).texts)
        cases++
      }
    }
  assert.equal(cases, 9 * 4 * words.length)
})

test('layers that are computed again in the backward pass give the same gradients', async () => {
  let numbers = 0
  for (const [name, family] of FAMILIES)
    for (const frozen of [0, 1]) {
      const model = await readEncoderFolder(folderOf(name))
      const usual = await gradientsOf(prepareEncoder(model, { frozen }), family)
      const again = await gradientsOf(prepareEncoder(model, { frozen, recompute: true }), family)
      assert.deepEqual([...again.found.keys()], [...usual.found.keys()])
      assert.ok(Math.abs(again.loss - usual.loss) <= 1e-5 * Math.max(1, Math.abs(usual.loss)))
      for (const [parameter, gradient] of again.found) {
        const wanted = usual.found.get(parameter) ?? assert.fail()
        const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
        gradient.forEach((value, i) => {
          assert.ok(Math.abs(value - wanted[i]) < 1e-5 * scale, `${name} ${parameter}[${i}]`)
        })
        numbers += gradient.length
      }
    }
  assert.ok(numbers > 20_000, String(numbers))
})
