import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onAbort } from './on-abort.js'

test('all who listen are called once, in order, and to the signal they are one', () => {
  const controller = new AbortController()
  const { signal } = controller
  let added = 0
  const add = signal.addEventListener.bind(signal) as (...given: unknown[]) => void
  signal.addEventListener = (...given: unknown[]) => {
    added++
    add(...given)
  }
  const called: number[] = []
  const stops = Array.from({ length: 1_000 }, (_, i) => onAbort(signal, () => called.push(i)))
  assert.equal(added, 1)
  for (const stop of stops.slice(500)) stop()
  const twice = () => called.push(-1)
  onAbort(signal, twice)()
  onAbort(signal, twice)
  controller.abort()
  controller.abort()
  assert.deepEqual(called, [...Array.from({ length: 500 }, (_, i) => i), -1])
})
