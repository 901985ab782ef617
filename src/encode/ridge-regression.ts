/** Weighted linear least squares with a small penalty, from sums that grow one case at a time. */
export class RidgeSums {
  /** `[inputs, inputs]`, row by row: Σ weight · x xᵀ; the upper half alone. */
  private readonly gram: Float64Array
  /** `[inputs, outputs]`: Σ weight · x yᵀ. */
  private readonly moments: Float64Array

  constructor(
    readonly inputs: number,
    readonly outputs: number,
  ) {
    this.gram = new Float64Array(inputs * inputs)
    this.moments = new Float64Array(inputs * outputs)
  }

  add(x: Float64Array, y: ArrayLike<number>, weight: number): void {
    const { inputs, outputs, gram, moments } = this
    for (let i = 0; i < inputs; i++) {
      const scaled = weight * x[i]
      if (scaled === 0) continue
      for (let j = i; j < inputs; j++) gram[i * inputs + j] += scaled * x[j]
      for (let k = 0; k < outputs; k++) moments[i * outputs + k] += scaled * y[k]
    }
  }

  /** Adds what another one has seen, or takes it away. */
  combine(other: RidgeSums, sign: 1 | -1): void {
    for (let i = 0; i < this.gram.length; i++) this.gram[i] += sign * other.gram[i]
    for (let i = 0; i < this.moments.length; i++) this.moments[i] += sign * other.moments[i]
  }

  /**
   * The matrix `B`, `[inputs, outputs]`, with the least Σ weight · |y − Bᵀx|² + penalty · |B|².
   * @param share the penalty as a share of the mean of the Gram matrix's diagonal; above 0
   */
  solve(share: number): Float64Array {
    const { inputs, outputs } = this
    const lower = new Float64Array(inputs * inputs)
    let trace = 0
    for (let i = 0; i < inputs; i++) {
      trace += this.gram[i * inputs + i]
      for (let j = i; j < inputs; j++) lower[j * inputs + i] = this.gram[i * inputs + j]
    }
    const penalty = trace > 0 ? (share * trace) / inputs : 1
    for (let i = 0; i < inputs; i++) lower[i * inputs + i] += penalty
    factor(lower, inputs)
    const solution = this.moments.slice()
    substitute(lower, solution, inputs, outputs)
    return solution
  }
}

/** Cholesky: turns a symmetric positive definite matrix, its lower half given, into `L` with `L Lᵀ` its value. */
function factor(a: Float64Array, size: number): void {
  for (let j = 0; j < size; j++)
    for (let i = j; i < size; i++) {
      let sum = a[i * size + j]
      for (let k = 0; k < j; k++) sum -= a[i * size + k] * a[j * size + k]
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j]
    }
}

/** Solves `L Lᵀ X = B` in place. @param x `[size, columns]` */
function substitute(lower: Float64Array, x: Float64Array, size: number, columns: number): void {
  const row = (i: number) => x.subarray(i * columns, (i + 1) * columns)
  const eliminate = (i: number, k: number, value: number) => {
    const [to, from] = [row(i), row(k)]
    for (let c = 0; c < columns; c++) to[c] -= value * from[c]
  }
  const divide = (i: number) => {
    const own = row(i)
    for (let c = 0; c < columns; c++) own[c] /= lower[i * size + i]
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) eliminate(i, k, lower[i * size + k])
    divide(i)
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) eliminate(i, k, lower[k * size + i])
    divide(i)
  }
}
