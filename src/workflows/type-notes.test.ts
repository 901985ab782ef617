import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoreTags } from '../evaluate/score-tags.js'
import { typeNotes } from './type-notes.js'

function codes(gold: string, predicted: string, known: readonly string[]): string[] {
  const rows = [gold, predicted].map(tags => [tags.split(' ')])
  const { exact } = scoreTags(rows[0], rows[1], { mode: 'conlleval', scheme: 'BIO' })
  return typeNotes('dev', exact.types, new Set(known)).map(({ code, where }) => `${where} ${code}`)
}

test('types that only the corpus or only the tagger has are named, and no others', () => {
  const both = ['PER', 'LOC']
  assert.deepEqual(codes('B-PER O B-LOC', 'B-PER O B-LOC', both), [])
  // Missed and confused, but of types that both have.
  assert.deepEqual(codes('B-PER O B-LOC', 'B-LOC O O', both), [])
  assert.deepEqual(codes('B-PER O B-GPE', 'B-PER O O', both), ['dev unseen-type'])
  assert.deepEqual(codes('B-PER O O', 'B-PER O B-LOC', both), ['dev unmarked-type'])
  assert.deepEqual(codes('B-PERSON O B-GPE', 'B-PER O B-LOC', both), ['dev unseen-type', 'dev unmarked-type'])
})
