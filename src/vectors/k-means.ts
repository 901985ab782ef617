/**
 * Spherical k-means (Dhillon & Modha 2001): vectors of length 1 are put to the center with the largest cosine, and a center is
 * the direction of the sum of its vectors. The centers are then merged by Ward's method down to one, which makes a tree.
 */
import type { Random } from '../base/random.js'
import { type Merge, treePaths } from './class-tree.js'

export interface KMeansOptions {
  readonly classes: number
  /** Passes at most; it ends before where fewer than one in a thousand changes its class. */
  readonly passes: number
  readonly random: Random
  readonly onPass?: (pass: number, changed: number) => void
}

/**
 * @param matrix `[words, dim]`, scaled to length 1 in place; rows of zeros are put into the first class
 * @returns the class of each row, and the path of each class; a class that lost all its words is left out
 */
export function kMeansClasses(
  matrix: Float32Array,
  dim: number,
  { classes, passes, random, onPass = () => {} }: KMeansOptions,
): { readonly classes: Int32Array; readonly paths: readonly string[] } {
  const words = matrix.length / dim
  for (let w = 0; w < words; w++) scaleToOne(matrix, w * dim, dim)
  const centers = new Float32Array(classes * dim)
  const order = random.shuffle(Array.from({ length: words }, (_, w) => w))
  for (let c = 0; c < classes; c++)
    centers.set(matrix.subarray(order[c] * dim, (order[c] + 1) * dim), c * dim)
  const own = new Int32Array(words).fill(-1)
  const sums = new Float64Array(classes * dim)
  for (let pass = 1; pass <= passes; pass++) {
    const changed = assign(matrix, centers, dim, own)
    onPass(pass, changed)
    sums.fill(0)
    for (let w = 0; w < words; w++)
      for (let d = 0; d < dim; d++) sums[own[w] * dim + d] += matrix[w * dim + d]
    centers.set(sums)
    for (let c = 0; c < classes; c++) scaleToOne(centers, c * dim, dim)
    if (changed * 1000 < words) break
  }
  const used = [...new Set(own)].sort((a, b) => a - b)
  const number = new Map(used.map((c, i) => [c, i]))
  const counts = new Float64Array(used.length)
  for (let w = 0; w < words; w++) {
    own[w] = number.get(own[w]) as number
    counts[own[w]]++
  }
  const means = used.map((c, i) => sums.slice(c * dim, (c + 1) * dim).map(value => value / counts[i]))
  return { classes: own, paths: treePaths(used.length, wardMerges(means, counts)) }
}

/** Puts each row to its nearest center. @returns how many have another than before */
function assign(matrix: Float32Array, centers: Float32Array, dim: number, own: Int32Array): number {
  const classes = centers.length / dim
  let changed = 0
  for (let w = 0; w < own.length; w++) {
    const at = w * dim
    let [best, most] = [0, Number.NEGATIVE_INFINITY]
    for (let c = 0; c < classes; c++) {
      const from = c * dim
      let [even, odd] = [0, 0]
      let d = 0
      for (; d + 1 < dim; d += 2) {
        even += matrix[at + d] * centers[from + d]
        odd += matrix[at + d + 1] * centers[from + d + 1]
      }
      if (d < dim) even += matrix[at + d] * centers[from + d]
      if (even + odd > most) {
        most = even + odd
        best = c
      }
    }
    if (own[w] !== best) changed++
    own[w] = best
  }
  return changed
}

/** Merges the two groups whose union has the least additional squared distance from its mean, until one is left. */
function wardMerges(means: readonly Float64Array[], counts: Float64Array): Merge[] {
  const groups = means.length
  const left = means.map((_, i) => i)
  const [own, sizes] = [means.map(mean => mean.slice()), counts.slice()]
  const distance = new Float64Array(groups * groups)
  const measure = (i: number, j: number) => {
    let squares = 0
    for (let d = 0; d < own[i].length; d++) squares += (own[i][d] - own[j][d]) ** 2
    distance[Math.min(i, j) * groups + Math.max(i, j)] =
      (squares * sizes[i] * sizes[j]) / (sizes[i] + sizes[j])
  }
  for (let i = 0; i < groups; i++) for (let j = i + 1; j < groups; j++) measure(i, j)
  const merges: Merge[] = []
  while (left.length > 1) {
    let [a, b, least] = [left[0], left[1], Number.POSITIVE_INFINITY]
    for (let x = 0; x < left.length; x++)
      for (let y = x + 1; y < left.length; y++) {
        const value = distance[left[x] * groups + left[y]]
        if (value < least) {
          least = value
          a = left[x]
          b = left[y]
        }
      }
    merges.push({ a, b })
    const all = sizes[a] + sizes[b]
    own[a] = own[a].map((value, d) => (value * sizes[a] + own[b][d] * sizes[b]) / all)
    sizes[a] = all
    left.splice(left.indexOf(b), 1)
    for (const i of left) if (i !== a) measure(i, a)
  }
  return merges
}

function scaleToOne(values: Float32Array, at: number, dim: number): void {
  let squares = 0
  for (let d = 0; d < dim; d++) squares += values[at + d] ** 2
  if (squares === 0) return
  const scale = 1 / Math.sqrt(squares)
  for (let d = 0; d < dim; d++) values[at + d] *= scale
}
