import { isInputError } from '../../base/errors.js'
import { readModel } from './messages.js'

/** Largest difference of two numbers that were computed alike, as a share of the larger one. */
const TOLERANCE = 1e-5

/**
 * Whether two models are the same but for how the last digits of their numbers were rounded: engines of JavaScript
 * differ in `Math.pow`, for example.
 */
export function areSimilarModels(a: Uint8Array, b: Uint8Array): boolean {
  try {
    return areSimilar(readModel(a), readModel(b))
  } catch (error) {
    // Damaged bytes, or messages nested so deep that the stack ends.
    if (error instanceof RangeError || error instanceof TypeError || isInputError(error)) return false
    throw error
  }
}

function areSimilar(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (a instanceof Float32Array && b instanceof Float32Array) return areClose(a, b)
  if (a instanceof Map && b instanceof Map) return areSimilar([...a], [...b])
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(
      name =>
        Object.hasOwn(b, name) &&
        areSimilar((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
    )
  )
}

function areClose(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const gap = Math.abs(a[i] - b[i])
    if (!(gap <= TOLERANCE * Math.max(Math.abs(a[i]), Math.abs(b[i]), 1e-3))) return false
  }
  return true
}
