import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { serialEvaluator } from './objective.js'
import { type PlainSentence, plainData } from './testing/plain-data.js'
import { parameterCount } from './training-data.js'

interface Oracle {
  readonly crfsuite: {
    readonly labels: readonly string[]
    readonly sentences: readonly (PlainSentence & { readonly logProbability: number })[]
    readonly state: readonly (readonly [string, string, number])[]
    readonly transitions: readonly (readonly [string, string, number])[]
  }
}

const { crfsuite } = JSON.parse(
  readFileSync(new URL('../../../oracles/crf.json', import.meta.url), 'utf8'),
) as Oracle

function randomSentences(random: Random, labels: readonly string[], count: number): PlainSentence[] {
  const names = ['a', 'b', 'c', '__proto__', 'constructor']
  return Array.from({ length: count }, (_, s) => {
    const length = random.below(5)
    return {
      features: Array.from({ length }, () => names.filter(() => random.float() < 0.5)),
      tags: Array.from({ length }, () => labels[random.below(labels.length)]),
      weight: s % 3 === 0 ? 2.5 : 1,
    }
  })
}

/** The loss by every tagging of every sentence. */
function bruteForce(
  sentences: readonly PlainSentence[],
  labels: readonly string[],
  weights: Float64Array,
): number {
  const { pairs } = plainData(sentences, labels)
  const score = ({ features }: PlainSentence, path: readonly number[]) => {
    let sum = 0
    path.forEach((k, t) => {
      for (const name of features[t])
        sum += weights[pairs.findIndex(([own, label]) => own === name && label === labels[k])] ?? 0
      if (t > 0) sum += weights[pairs.length + path[t - 1] * labels.length + k]
    })
    return sum
  }
  const paths = (length: number): number[][] =>
    length === 0 ? [[]] : paths(length - 1).flatMap(path => labels.map((_, k) => [...path, k]))
  return sentences.reduce((loss, sentence) => {
    if (sentence.tags.length === 0) return loss
    const total = paths(sentence.tags.length).reduce((sum, path) => sum + Math.exp(score(sentence, path)), 0)
    const gold = score(
      sentence,
      sentence.tags.map(tag => labels.indexOf(tag)),
    )
    return loss + (sentence.weight ?? 1) * (Math.log(total) - gold)
  }, 0)
}

test('the loss is that of all taggings counted one by one, and the gradient that of finite differences', () => {
  const random = Random.fromSeed(2)
  let cases = 0
  // Weights of thousands are too far apart for scaled factors.
  for (const size of [0.5, 2, 400]) {
    for (let round = 0; round < 8; round++) {
      const labels = ['O', 'B-X', 'I-X'].slice(0, 2 + (round % 2))
      const sentences = randomSentences(random, labels, 6)
      const { data } = plainData(sentences, labels)
      const weights = Float64Array.from({ length: parameterCount(data) }, () => size * random.normal())
      const gradient = new Float64Array(weights.length).fill(7)
      const { evaluate } = serialEvaluator(data)
      const loss = evaluate(weights, gradient)
      if (size < 100) {
        const expected = bruteForce(sentences, labels, weights)
        assert.ok(Math.abs(loss - expected) <= 1e-10 * Math.max(1, Math.abs(expected)))
      }
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
      })
      cases++
    }
  }
  assert.equal(cases, 24)
})

test('log-likelihoods are those of CRFsuite with its weights', () => {
  const { labels, sentences, state, transitions } = crfsuite
  const { data, pairs } = plainData(sentences, labels)
  const weights = new Float64Array(parameterCount(data))
  const places = new Map(pairs.map(([name, label], p) => [`${name} ${label}`, p]))
  for (const [name, label, weight] of state) {
    const p = places.get(`${name} ${label}`)
    assert.ok(p !== undefined, 'CRFsuite has the same weights')
    weights[p] = weight
  }
  for (const [from, to, weight] of transitions)
    weights[pairs.length + labels.indexOf(from) * labels.length + labels.indexOf(to)] = weight
  assert.equal(state.length, pairs.length)
  assert.equal(transitions.length, 9)
  const scratch = new Float64Array(weights.length)
  const expected = sentences.reduce((sum, { logProbability }) => sum - logProbability, 0)
  assert.ok(Math.abs(serialEvaluator(data).evaluate(weights, scratch) - expected) < 1e-6)
  assert.equal(sentences.length, 40)
})
