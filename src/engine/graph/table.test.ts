import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpKind, type OpKind } from './kinds.js'
import type { Operator, Operators } from './operator.js'
import { OPERATORS } from './table.js'

const { Tanh, ...others } = OPERATORS
const { infer, gradient, evaluate, ...rest } = Tanh

// What must not compile. Each line is an error to the compiler, or the compiler says that the expectation is void.
export const incomplete: readonly unknown[] = [
  // @ts-expect-error a table without Tanh
  others satisfies Operators<OpKind>,
  // @ts-expect-error an operator without shape rule
  { ...rest, gradient, evaluate } satisfies Operator<'Tanh'>,
  // @ts-expect-error an operator without gradient rule
  { ...rest, infer, evaluate } satisfies Operator<'Tanh'>,
  // @ts-expect-error an operator without reference implementation
  { ...rest, infer, gradient } satisfies Operator<'Tanh'>,
]

test('every operator has every rule; one without gradient says why', () => {
  assert.equal(incomplete.length, 4)
  let without = 0
  for (const [kind, operator] of Object.entries<Operator<never>>(OPERATORS)) {
    assert.equal(typeof operator.infer, 'function', kind)
    assert.equal(typeof operator.evaluate, 'function', kind)
    if (typeof operator.gradient === 'function') continue
    assert.match(operator.gradient.because, /\w+ \w+/, kind)
    without++
  }
  assert.deepEqual({ operators: Object.keys(OPERATORS).length, without }, { operators: 98, without: 29 })
  assert.ok(isOpKind('Scan') && !isOpKind('toString'))
})
