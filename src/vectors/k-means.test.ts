import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { kMeansClasses } from './k-means.js'

/** Points around a few directions. */
function points(directions: readonly (readonly number[])[], each: number, random: Random): Float32Array {
  return Float32Array.from(
    directions.flatMap(direction =>
      Array.from({ length: each }, () => {
        const length = 0.5 + random.float()
        return direction.map(value => length * (value + 0.05 * random.normal()))
      }).flat(),
    ),
  )
}

test('vectors of a direction come into one class, and near directions under one branch of the tree', () => {
  const directions = [
    [1, 0, 0],
    [0.9, 0.5, 0],
    [-1, 0, 0.2],
    [-0.9, 0.5, 0],
  ]
  const random = Random.fromSeed(1)
  const matrix = points(directions, 50, random)
  // Of several starts the one with the best fit, as k-means is used.
  const tries = Array.from({ length: 60 }, (_, seed) => {
    const own = matrix.slice()
    const { classes, paths } = kMeansClasses(own, 3, {
      classes: 4,
      passes: 50,
      random: Random.fromSeed(seed),
    })
    return {
      classes,
      paths,
      isRight: [0, 1, 2, 3].every(g => new Set(classes.slice(50 * g, 50 * g + 50)).size === 1),
    }
  })
  const right = tries.filter(each => each.isRight)
  assert.ok(right.length >= 1)
  for (const { classes, paths } of right) {
    const branch = (group: number) => paths[classes[50 * group]][0]
    assert.equal(branch(0), branch(1))
    assert.equal(branch(2), branch(3))
    assert.notEqual(branch(0), branch(2))
  }
})

test('every vector has the class of its nearest mean when nothing changes any more', () => {
  const random = Random.fromSeed(5)
  const [words, dim, count] = [300, 5, 12]
  const matrix = Float32Array.from({ length: words * dim }, () => random.normal())
  let last = -1
  const { classes, paths } = kMeansClasses(matrix, dim, {
    ...{ classes: count, passes: 500, random },
    onPass: (_, changed) => void (last = changed),
  })
  assert.equal(last, 0)
  const sums = Array.from({ length: paths.length }, () => new Array<number>(dim).fill(0))
  for (let w = 0; w < words; w++) for (let d = 0; d < dim; d++) sums[classes[w]][d] += matrix[w * dim + d]
  for (let w = 0; w < words; w++) {
    const cosines = sums.map(
      sum => sum.reduce((all, value, d) => all + value * matrix[w * dim + d], 0) / Math.hypot(...sum),
    )
    assert.ok(Math.max(...cosines) - cosines[classes[w]] < 1e-5)
  }
})
