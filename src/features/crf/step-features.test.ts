import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { AdaGrad } from './adagrad.js'
import { Crf } from './crf.js'
import { FeatureIndex } from './feature-index.js'
import { KnownSentences } from './known-sentences.js'
import { serialEvaluator } from './objective.js'
import { Perceptron } from './perceptron.js'
import { prunedCrf } from './pruned.js'
import { type CollectedFeatures, collectFeatures, parameterCount } from './training-data.js'

const LISTS: TagLists = { scheme: 'BIO', types: ['X'], tags: ['O', 'B-X', 'I-X'] }
const WORDS = ['Ada', 'ada', 'Bo', 'x', '__proto__']
const TEMPLATES = ['step & word', 'lower', 'step & word@-1 & word@1', 'word@-1 & word']

interface Example {
  readonly tokens: readonly string[]
  readonly gold: readonly number[]
}

/** What every template sees at a token, by hand: and whether it is about the step into it. */
function seen(tokens: readonly string[], t: number): (readonly [template: number, value: string])[] {
  const [before, own, after] = [tokens[t - 1], tokens[t], tokens[t + 1]]
  return [
    ...(t > 0 ? [[0, own] as const] : []),
    [1, own.toLowerCase()] as const,
    ...(t > 0 && after !== undefined ? [[2, `${before}|${after}`] as const] : []),
    ...(t > 0 ? [[3, `${before}|${own}`] as const] : []),
  ]
}

/** The weight of each template's value with a tag or a pair of tags. */
function named({ data, values }: CollectedFeatures, weights: Float64Array): Map<string, number> {
  const found = new Map<string, number>()
  let feature = 0
  values.forEach((own, template) => {
    for (const value of own) {
      for (let p = data.first[feature]; p < data.first[feature + 1]; p++)
        found.set(`${template} ${value} ${data.tagOf[p]}`, weights[p])
      feature++
    }
  })
  return found
}

function scoreOf(
  tokens: readonly string[],
  path: readonly number[],
  weightOf: Map<string, number>,
  transitions: Float64Array,
): number {
  let sum = 0
  path.forEach((tag, t) => {
    const pair = t > 0 ? path[t - 1] * 3 + tag : 0
    if (t > 0) sum += transitions[pair]
    for (const [template, value] of seen(tokens, t))
      sum += weightOf.get(`${template} ${value} ${template % 2 === 0 ? 3 + pair : tag}`) ?? 0
  })
  return sum
}

function paths(length: number): number[][] {
  return length === 0 ? [[]] : paths(length - 1).flatMap(path => [0, 1, 2].map(tag => [...path, tag]))
}

function examples(random: Random, count: number): Example[] {
  return Array.from({ length: count }, () => {
    const tokens = Array.from({ length: random.below(6) }, () => WORDS[random.below(WORDS.length)])
    return { tokens, gold: tokens.map(() => random.below(3)) }
  })
}

function collect(all: readonly Example[], index: FeatureIndex) {
  const labeled = all.map(({ tokens, gold }, s) => ({
    sentence: { tokens },
    gold: Int32Array.from(gold),
    weight: s % 4 === 0 ? 0.5 : 1,
  }))
  return collectFeatures(labeled, index, { tags: 3, minCount: 1 })
}

test('with features of steps, the loss is that of all taggings one by one, and the gradient that of finite differences', () => {
  const random = Random.fromSeed(12)
  let cases = 0
  // Weights of hundreds are too far apart for scaled factors.
  for (const size of [0.5, 2, 400]) {
    const all = examples(random, 12)
    const collected = collect(all, new FeatureIndex(TEMPLATES))
    const { data } = collected
    assert.ok(data.tagOf.some(tag => tag >= 3))
    const weights = Float64Array.from({ length: parameterCount(data) }, () => size * random.normal())
    const gradient = new Float64Array(weights.length)
    const { evaluate } = serialEvaluator(data)
    const loss = evaluate(weights, gradient)
    const weightOf = named(collected, weights)
    const transitions = weights.subarray(data.tagOf.length)
    let expected = 0
    all.forEach(({ tokens, gold }, s) => {
      if (tokens.length === 0) return
      const scores = paths(tokens.length).map(path => scoreOf(tokens, path, weightOf, transitions))
      const top = Math.max(...scores)
      const total = top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0))
      expected += (s % 4 === 0 ? 0.5 : 1) * (total - scoreOf(tokens, gold, weightOf, transitions))
    })
    assert.ok(Math.abs(loss - expected) <= 1e-10 * Math.max(1, expected), `${loss} ${expected}`)
    const scratch = new Float64Array(weights.length)
    weights.forEach((weight, p) => {
      const h = 1e-5 * size
      weights[p] = weight + h
      const above = evaluate(weights, scratch)
      weights[p] = weight - h
      const below = evaluate(weights, scratch)
      weights[p] = weight
      const slope = (above - below) / (2 * h)
      assert.ok(
        Math.abs(slope - gradient[p]) < 2e-5 * Math.max(1, Math.abs(slope)),
        `${slope} ${gradient[p]}`,
      )
      cases++
    })
  }
  assert.ok(cases > 200, `${cases}`)
})

test('it tags, and says probabilities, as the list of all taggings does', async () => {
  const random = Random.fromSeed(4)
  let cases = 0
  for (let round = 0; round < 6; round++) {
    const all = examples(random, 20)
    const index = new FeatureIndex(TEMPLATES)
    const collected = collect(all, index)
    const others = examples(random, 15).filter(({ tokens }) => tokens.length > 0)
    const known = new KnownSentences(others, index, collected)
    const size = round === 5 ? 300 : 1.5
    const weights = Float64Array.from({ length: parameterCount(collected.data) }, () =>
      Math.fround(size * random.normal()),
    )
    const { values, ...numbers } = prunedCrf(collected, weights)
    const crf = new Crf(LISTS, FeatureIndex.of(TEMPLATES, values, {}), numbers, { constrained: false })
    const weightOf = named(collected, weights)
    const transitions = weights.subarray(collected.data.tagOf.length)
    const found = await known.finder(weights, LISTS, { constrained: false }).find(others)
    others.forEach((sentence, s) => {
      const { tokens } = sentence
      const scored = paths(tokens.length)
        .map(path => ({ path, score: scoreOf(tokens, path, weightOf, transitions) }))
        .sort((a, b) => b.score - a.score)
      const best = scored[0].path.map(tag => LISTS.tags[tag])
      assert.deepEqual(crf.find(sentence).tags, best)
      assert.deepEqual(found[s].tags, best)
      assert.deepEqual(crf.decode(sentence).tags, best)
      const total = scored.reduce((sum, { score }) => sum + Math.exp(score - scored[0].score), 0)
      const share = (score: number) => Math.exp(score - scored[0].score) / total
      const marginals = crf.tagProbabilities(sentence)
      tokens.forEach((_, t) => {
        for (let tag = 0; tag < 3; tag++) {
          const own = scored.filter(({ path }) => path[t] === tag)
          const expected = own.reduce((sum, { score }) => sum + share(score), 0)
          assert.ok(Math.abs(marginals[t * 3 + tag] - expected) < 1e-9)
        }
      })
      crf.nBest(sentence, 5).forEach(({ tags, probability }, i) => {
        // Taggings that score the same may come in any order.
        const path = tags.map(tag => LISTS.tags.indexOf(tag))
        const own = scoreOf(tokens, path, weightOf, transitions)
        assert.ok(Math.abs(own - scored[i].score) < 1e-9)
        assert.ok(Math.abs(probability - share(scored[i].score)) < 1e-9)
      })
      cases++
    })
  }
  assert.ok(cases > 60, `${cases}`)
})

test('AdaGrad and the perceptron learn weights of steps', () => {
  // Whether a token is inside a name depends on the two words and the tag before together.
  const random = Random.fromSeed(8)
  const all = Array.from({ length: 60 }, () => {
    const tokens = Array.from({ length: 5 }, () => WORDS[random.below(2)])
    const gold: number[] = []
    tokens.forEach((word, t) => {
      gold.push(t === 0 ? 1 : word === 'Ada' ? gold[t - 1] : 1 - Math.min(1, gold[t - 1]))
    })
    return { tokens, gold }
  })
  const wrongBy = (templates: readonly string[], learn: 'adagrad' | 'perceptron'): number => {
    const { data } = collect(all, new FeatureIndex(templates))
    if (learn === 'perceptron') {
      const learner = new Perceptron(data)
      let wrong = 0
      for (let pass = 0; pass < 10; pass++) wrong = learner.epoch(Random.fromSeed(pass))
      return wrong
    }
    const learner = new AdaGrad(data, { rate: 0.5, l1: 0, l2: 0 })
    let loss = 0
    for (let pass = 0; pass < 10; pass++) loss = learner.epoch(Random.fromSeed(pass))
    return loss
  }
  for (const learn of ['adagrad', 'perceptron'] as const) {
    assert.ok(wrongBy(['word', 'step & word'], learn) < 8, learn)
    assert.ok(wrongBy(['word', 'word@-1 & word'], learn) > 20, learn)
  }
})

test('step stands first and only once, and joins another value', () => {
  for (const wrong of ['step', 'word & step', 'step & step & word', 'step@-1 & word', 'step:2 & word'])
    assert.throws(() => new FeatureIndex([wrong]), RangeError, wrong)
  assert.ok(new FeatureIndex(['step & shape@-1 & shape']).hasSteps)
})
