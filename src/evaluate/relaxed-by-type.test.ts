import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lenientSpans } from '../tags/lenient-spans.js'
import { RelaxedByType } from './relaxed-by-type.js'
import { scoreTags } from './score-tags.js'
import { drawCase } from './testing/random-labels.js'

test('relaxed scores of a type are those of labels that have no other', () => {
  let cases = 0
  let partial = 0
  for (let seed = 0; seed < 300; seed++) {
    const { gold, predicted } = drawCase(seed, 'BIO')
    const relaxed = new RelaxedByType()
    gold.forEach((tags, i) => void relaxed.add(lenientSpans(tags), lenientSpans(predicted[i])))
    const only = (type: string) => (tags: readonly string[]) =>
      tags.map(tag => (tag.slice(2) === type ? tag : 'O'))
    for (const [type, found] of Object.entries(relaxed.result())) {
      const alone = scoreTags(gold.map(only(type)), predicted.map(only(type)))
      assert.deepEqual(
        found,
        { overlap: alone.relaxed.type, partial: alone.semeval.partial },
        `${seed} ${type}`,
      )
      cases++
      partial += found.partial.partial
    }
  }
  assert.ok(cases > 500 && partial > 100, `${cases} cases, ${partial} partial matches`)
})
