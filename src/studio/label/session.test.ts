import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { overlaps } from '../../label/label-document.js'
import { tokenize } from '../../text/tokenize.js'
import * as s from './session.js'

const TEXT = 'Ada met Grace Hopper. Ada paid.'
const offsets = tokenize(TEXT).map(({ start, end }) => ({ start, end }))
const fresh = (suggested: Parameters<typeof s.startSession>[2] = []) =>
  s.startSession({ text: TEXT, offsets }, [], suggested)
const texts = ({ entities }: s.Session) =>
  entities.map(({ start, end, type }) => `${TEXT.slice(start, end)}/${type}`)
const selected = ({ selection }: s.Session) => selection && TEXT.slice(selection.start, selection.end)

test('arrows select tokens, shift extends, a type marks', () => {
  let session = s.move(s.move(s.move(fresh(), 1), 1), 1)
  assert.equal(selected(session), 'Grace')
  session = s.move(session, 1, { extend: true })
  assert.equal(selected(session), 'Grace Hopper')
  session = s.move(session, -1, { extend: true })
  assert.equal(selected(session), 'Grace')
  session = s.applyType(s.move(session, 1, { extend: true }), 'PER')
  assert.deepEqual(texts(session), ['Grace Hopper/PER'])
  assert.deepEqual(texts(s.applyType(session, 'LOC')), ['Grace Hopper/LOC'])
  assert.deepEqual(texts(s.applyType(session, 'PER')), [])
  assert.equal(selected(s.move(fresh(), -1)), '.')
})

test('alt frees the selection from tokens, and it snaps back without', () => {
  const session = s.move(s.selectRange(fresh(), { start: 8, end: 9 }), 1)
  assert.equal(selected(session), 'Hopper')
  const free = s.move(session, -1, { extend: true, free: true })
  assert.equal(selected(free), 'Hoppe')
  assert.equal(selected(s.move(free, -1, { extend: true })), 'Hopp')
  assert.equal(selected(s.move(free, 1)), '.')
  assert.deepEqual(texts(s.applyType(free, 'X')), ['Hoppe/X'])
})

test('a sticky type stays, and is let go', () => {
  const session = s.applyType(fresh(), 'PER')
  assert.equal(session.sticky, 'PER')
  assert.equal(s.applyType(session, 'PER').sticky, null)
  const withSelection = s.move(session, 1)
  assert.equal(s.release(withSelection).sticky, 'PER')
  assert.equal(s.release(s.release(withSelection)).sticky, null)
})

test('the same string is marked in its other places, and undone in one step', () => {
  const session = s.applyType(s.move(fresh(), 1), 'PER')
  assert.deepEqual(s.otherPlaces(session), [{ start: 22, end: 25 }])
  const all = s.markOtherPlaces(session)
  assert.deepEqual(texts(all), ['Ada/PER', 'Ada/PER'])
  assert.deepEqual(texts(s.undo(all)), ['Ada/PER'])
  assert.deepEqual(texts(s.undo(s.undo(all))), [])
  const none = s.undo(s.undo(all))
  assert.equal(s.undo(none), none)
})

test('suggestions stay suggestions until they are accepted, and can be rejected', () => {
  const suggested = [
    { start: 0, end: 3, type: 'PER', score: 0.9 },
    { start: 8, end: 13, type: 'PER', score: 0.4 },
  ]
  const session = fresh(suggested)
  assert.deepEqual(texts(session), [])
  assert.equal(s.acceptedEntities(session).length, 2)
  const jumped = s.jump(s.jump(session, 1), 1)
  assert.equal(selected(jumped), 'Grace')
  const rejected = s.remove(jumped)
  assert.deepEqual(s.acceptedEntities(rejected), [{ start: 0, end: 3, type: 'PER' }])
  assert.equal(s.undo(rejected).suggested.length, 2)
  assert.deepEqual(s.acceptedUpTo(session, 3), [{ start: 0, end: 3, type: 'PER' }])
  // One that is marked in another way takes the place of the suggestion.
  const marked = s.applyType(s.move(jumped, 1, { extend: true }), 'PER')
  assert.deepEqual(
    s.acceptedEntities(marked).map(({ end }) => end),
    [3, 20],
  )
  assert.equal(s.startSession(session, [{ start: 0, end: 5, type: 'X' }], suggested).suggested.length, 1)
})

test('several sources: the first that speaks of a place counts', () => {
  const a = [{ start: 4, end: 9, type: 'A' }]
  const b = [
    { start: 0, end: 3, type: 'B' },
    { start: 8, end: 12, type: 'B' },
  ]
  assert.deepEqual(
    s.mergedSuggestions([a, b]).map(({ type }) => type),
    ['B', 'A'],
  )
})

test('whatever is pressed: entities are in order, apart, of text, and everything can be undone', () => {
  type Act = (session: s.Session) => s.Session
  const step = fc.constantFrom<1 | -1>(1, -1)
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.tuple(step, fc.boolean(), fc.boolean()).map(
      ([by, extend, free]): Act =>
        session =>
          s.move(session, by, { extend, free }),
    ),
    fc.constantFrom('A', 'B').map(
      (type): Act =>
        session =>
          s.applyType(session, type),
    ),
    fc.constantFrom<Act>(s.undo, s.remove, s.markOtherPlaces, s.release),
    step.map(
      (by): Act =>
        session =>
          s.jump(session, by),
    ),
    fc.tuple(fc.integer({ min: -3, max: 40 }), fc.integer({ min: -3, max: 40 }), fc.boolean()).map(
      ([start, end, free]): Act =>
        session =>
          s.selectRange(session, { start, end }, free),
    ),
  )
  let runs = 0
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), acts => {
      runs++
      let session = acts.reduce((now, next) => next(now), fresh([{ start: 8, end: 20, type: 'A' }]))
      const accepted = s.acceptedEntities(session)
      accepted.forEach((entity, i) => {
        assert.equal(TEXT.slice(entity.start, entity.end), TEXT.slice(entity.start, entity.end).trim())
        assert.ok(entity.start < entity.end && entity.end <= TEXT.length)
        if (i > 0) assert.ok(accepted[i - 1].end <= entity.start)
      })
      assert.ok(session.suggested.every(each => !session.entities.some(entity => overlaps(entity, each))))
      while (session.history.length > 0) session = s.undo(session)
      assert.deepEqual([session.entities, session.suggested.length], [[], 1])
    }),
    { numRuns: 500 },
  )
  assert.equal(runs, 500)
})
