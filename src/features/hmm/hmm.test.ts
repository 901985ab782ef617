import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { tagSet } from '../../tags/tag-set.js'
import { transitions } from '../../tags/transitions.js'
import { endOf, HmmCounter, startOf } from './counts.js'
import { Hmm, hmmSizeFault } from './hmm.js'
import { TagModel } from './tag-model.js'
import { UnknownWords } from './unknown-words.js'

const TYPES = ['LOC', 'PER']
const WORDS = ['Ada', 'Bea', 'Rome', 'rome', 'in', 'and', 'X-12', 'B.']
const NO_SCORE = 1e-8

function randomSentence(
  random: Random,
  tags: number,
  length: number,
  allowed: readonly (readonly boolean[])[],
) {
  const tokens = Array.from({ length }, () => WORDS[random.below(WORDS.length)])
  const gold: number[] = []
  for (let t = 0; t < length; t++) {
    const possible = Array.from({ length: tags }, (_, k) => k).filter(k => allowed[gold.at(-1) ?? 0][k])
    gold.push(possible[random.below(possible.length)])
  }
  return { tokens, gold }
}

/** Every legal tagging with the log of its probability, from the parts of the model by themselves. */
function enumerate(hmm: Hmm, tokens: readonly string[], constrained: boolean) {
  const { tags, scheme } = hmm.lists
  const model = new TagModel(hmm.counts.trigrams)
  const priors = Float64Array.from(tags, (_, k) => model.prior(k))
  const unknown = new UnknownWords(hmm.counts.words, priors, { suffixLength: 3, rareCount: 4 })
  const rules = transitions(tags, scheme)
  const { words, first, tags: wordTags, counts } = hmm.counts.words
  const log = (p: number) => Math.log(Math.max(p, NO_SCORE))
  const emission = (token: string, k: number) => {
    const w = words.indexOf(token)
    let [own, total] = [0, 0]
    if (w >= 0)
      for (let i = first[w]; i < first[w + 1]; i++) {
        if (wordTags[i] === k) own = counts[i]
        total += counts[i]
      }
    const share = (own + unknown.tagsOf(token)[k]) / (total + 1)
    return Math.log(Math.max(share, NO_SCORE) / Math.max(priors[k], NO_SCORE))
  }
  const found: { readonly path: readonly number[]; readonly score: number }[] = []
  const visit = (path: readonly number[], score: number) => {
    const [a, b] = [path.at(-2) ?? startOf(tags.length), path.at(-1) ?? startOf(tags.length)]
    if (path.length === tokens.length) {
      if (!constrained || rules.end[path[path.length - 1]])
        found.push({ path, score: score + log(model.probability(a, b, endOf(tags.length))) })
      return
    }
    for (let k = 0; k < tags.length; k++) {
      if (constrained && !(path.length === 0 ? rules.start[k] : rules.allowed[b][k])) continue
      visit([...path, k], score + log(model.probability(a, b, k)) + emission(tokens[path.length], k))
    }
  }
  visit([], 0)
  return found.sort((x, y) => y.score - x.score)
}

test('taggings, probabilities of tags and entities, and the next best are those of all taggings counted one by one', () => {
  const random = Random.fromSeed(4)
  let cases = 0
  let entities = 0
  for (const scheme of ['BIO', 'IOBES'] as const)
    for (const constrained of [true, false]) {
      const tags = tagSet(TYPES, scheme)
      const { allowed } = transitions(tags, scheme)
      const counter = new HmmCounter(tags.length)
      for (let i = 0; i < 30; i++) {
        const { tokens, gold } = randomSentence(random, tags.length, 1 + random.below(6), allowed)
        counter.add(tokens, gold, i % 3 === 0 ? 2 : 1)
      }
      const lists = { scheme, types: TYPES, tags }
      const hmm = new Hmm(lists, counter.result(), { suffixLength: 3, rareCount: 4, constrained })
      for (let i = 0; i < 12; i++) {
        const length = 1 + random.below(scheme === 'BIO' ? 5 : 4)
        const tokens = Array.from(
          { length },
          () => [...WORDS, 'Cleo', 'come'][random.below(WORDS.length + 2)],
        )
        const all = enumerate(hmm, tokens, constrained)
        const top = all[0].score
        const total = all.reduce((sum, { score }) => sum + Math.exp(score - top), 0)
        const probability = (score: number) => Math.exp(score - top) / total
        const decoded = hmm.decode({ tokens })
        assert.deepEqual(
          decoded.tags,
          all[0].path.map(k => tags[k]),
        )
        assert.deepEqual(hmm.find({ tokens }).tags, decoded.tags)
        const alternatives = hmm.nBest({ tokens }, 4)
        assert.equal(alternatives.length, Math.min(4, all.length))
        alternatives.forEach((alternative, n) => {
          assert.ok(Math.abs(alternative.probability - probability(all[n].score)) < 1e-9)
        })
        const marginals = hmm.tagProbabilities({ tokens })
        for (let t = 0; t < length; t++)
          for (let k = 0; k < tags.length; k++) {
            const expected = all.reduce(
              (sum, { path, score }) => sum + (path[t] === k ? probability(score) : 0),
              0,
            )
            assert.ok(Math.abs(marginals[t * tags.length + k] - expected) < 1e-9)
          }
        for (const span of constrained ? decoded.spans : []) {
          const own = decoded.tags.slice(span.start, span.end).join(' ')
          const expected = all.reduce((sum, { path, score }) => {
            const named = path.map(k => tags[k])
            const isHere = named.slice(span.start, span.end).join(' ') === own
            const next = named[span.end] ?? 'O'
            return sum + (isHere && !/^[IE]-/.test(next) ? probability(score) : 0)
          }, 0)
          assert.ok(Math.abs(span.score - expected) < 1e-9, `${span.score} ${expected}`)
          entities++
        }
        cases++
      }
    }
  assert.equal(cases, 48)
  assert.ok(entities > 10, `${entities} entities`)
})

test('the weights of deleted interpolation are those of the procedure in Brants 2000, done by hand', () => {
  // Two sentences of one word each, both O: <s><s>O twice, <s>O</s> twice.
  const counter = new HmmCounter(1)
  counter.add(['a'], [0])
  counter.add(['b'], [0])
  const model = new TagModel(counter.result().trigrams)
  // Each three of tags is certain in its context, so that its longest context has the vote.
  assert.ok(model.weights[2] > 0.999)
  assert.ok(Math.abs(model.probability(startOf(1), startOf(1), 0) - 1) < 1e-5)
  const mixed = new HmmCounter(2)
  mixed.add(['a', 'b'], [0, 1])
  const { weights } = new TagModel(mixed.result().trigrams)
  assert.ok(Math.abs(weights[0] + weights[1] + weights[2] - 1) < 1e-12)
})

test('a model of too many tags is refused before its chain fills the memory: steps are counted as the chain has them', () => {
  for (const constrained of [true, false])
    for (const count of [1, 2, 3]) {
      const types = ['A', 'B', 'C'].slice(0, count)
      const lists = { scheme: 'BIO', types, tags: tagSet(types, 'BIO') } as const
      assert.equal(hmmSizeFault(lists, constrained), undefined)
      const rules = transitions(lists.tags, 'BIO')
      const may = (a: number, b: number) => !constrained || rules.allowed[a][b]
      let steps = 0
      for (const a of lists.tags.keys())
        for (const b of lists.tags.keys())
          for (const c of lists.tags.keys()) if (may(a, b) && may(b, c)) steps++
      assert.match(String(hmmSizeFault(lists, constrained, steps - 1)?.got), new RegExp(`^${steps},`))
      assert.equal(hmmSizeFault(lists, constrained, steps), undefined)
    }
  const many = Array.from({ length: 200 }, (_, i) => `T${i}`)
  assert.ok(hmmSizeFault({ scheme: 'BIO', types: many, tags: tagSet(many, 'BIO') }, true))
})
