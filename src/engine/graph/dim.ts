/**
 * Dimensions: numbers, or polynomials with integer coefficients over named ones (`batch`, `time-1`, `2*batch*time`),
 * written in one canonical way, so that equal dimensions are equal strings. Names that begin with `?` stand for
 * lengths that are known only when the graph runs; they agree with everything.
 */
export type Dim = number | string

/** Monomial (its factors sorted and joined by `*`, empty for the constant term) to coefficient, never 0. */
type Polynomial = ReadonlyMap<string, number>

const NAME = /^[A-Za-z_?][\w.?:/]*$/
const parsed = new Map<string, Polynomial>()

/** Whether a text can name a dimension. */
export function isDimName(name: string): boolean {
  return NAME.test(name)
}

function toPolynomial(dim: Dim): Polynomial {
  if (typeof dim === 'number') return dim === 0 ? new Map() : new Map([['', dim]])
  let polynomial = parsed.get(dim)
  if (!polynomial) {
    const terms = new Map<string, number>()
    if (!/^[+-]?[^+-]+([+-][^+-]+)*$/.test(dim)) throw unreadable(dim)
    for (const match of dim.matchAll(/([+-]?)([^+-]+)/g)) {
      let coefficient = match[1] === '-' ? -1 : 1
      const names: string[] = []
      for (const factor of match[2].split('*'))
        if (/^\d+$/.test(factor)) coefficient *= Number(factor)
        else if (NAME.test(factor)) names.push(factor)
        else throw unreadable(dim)
      addTerm(terms, names.sort().join('*'), coefficient)
    }
    polynomial = terms
    parsed.set(dim, polynomial)
  }
  return polynomial
}

function unreadable(dim: string): RangeError {
  return new RangeError(`dimension: expected a number, a name or a polynomial of names, got '${dim}'`)
}

function addTerm(terms: Map<string, number>, monomial: string, coefficient: number): void {
  const sum = (terms.get(monomial) ?? 0) + coefficient
  if (sum === 0) terms.delete(monomial)
  else terms.set(monomial, sum)
}

const degree = (monomial: string) => (monomial === '' ? 0 : monomial.split('*').length)

function ordered(polynomial: Polynomial): [string, number][] {
  return [...polynomial].sort(([a], [b]) => degree(b) - degree(a) || (a < b ? -1 : 1))
}

function toDim(polynomial: Polynomial): Dim {
  if (polynomial.size === 0) return 0
  if (polynomial.size === 1 && polynomial.has('')) return polynomial.get('') ?? 0
  let text = ''
  for (const [monomial, coefficient] of ordered(polynomial)) {
    const size = Math.abs(coefficient)
    const body = monomial === '' ? String(size) : size === 1 ? monomial : `${size}*${monomial}`
    text += coefficient < 0 ? `-${body}` : text === '' ? body : `+${body}`
  }
  return text
}

/** The canonical form of a dimension as a user wrote it. @throws RangeError where it can't be read */
export function canonicalDim(dim: Dim): Dim {
  if (typeof dim === 'number') {
    if (!Number.isInteger(dim) || dim < 0)
      throw new RangeError(`dimension: expected a whole number of at least 0, got ${dim}`)
    return dim
  }
  return toDim(toPolynomial(dim))
}

export function addDims(...dims: readonly Dim[]): Dim {
  const sum = new Map<string, number>()
  for (const dim of dims)
    for (const [monomial, coefficient] of toPolynomial(dim)) addTerm(sum, monomial, coefficient)
  return toDim(sum)
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(-1, b))
}

export function multiplyDims(...dims: readonly Dim[]): Dim {
  if (dims.every(dim => typeof dim === 'number'))
    return (dims as readonly number[]).reduce((product, dim) => product * dim, 1)
  let product: Polynomial = new Map([['', 1]])
  for (const dim of dims) {
    const next = new Map<string, number>()
    for (const [m, c] of product)
      for (const [n, d] of toPolynomial(dim))
        addTerm(next, [...m.split('*'), ...n.split('*')].filter(Boolean).sort().join('*'), c * d)
    product = next
  }
  return toDim(product)
}

/** `a / b` where it comes out even for every value of the names, else `undefined`. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  const divisor = ordered(toPolynomial(b))
  if (divisor.length === 0) return undefined
  let quotient: Dim = 0
  let rest = a
  for (let step = 0; step < 16 && rest !== 0; step++) {
    const term = divideTerms(ordered(toPolynomial(rest))[0], divisor[0])
    if (!term) return undefined
    quotient = addDims(quotient, toDim(new Map([term])))
    rest = subtractDims(a, multiplyDims(quotient, b))
  }
  return rest === 0 ? quotient : undefined
}

function divideTerms([m, c]: [string, number], [n, d]: [string, number]): [string, number] | undefined {
  if (c % d !== 0) return undefined
  const names = m === '' ? [] : m.split('*')
  for (const name of n === '' ? [] : n.split('*')) {
    const at = names.indexOf(name)
    if (at < 0) return undefined
    names.splice(at, 1)
  }
  return [names.join('*'), c / d]
}

/** Whether this length is known only when the graph runs. */
export function isUnknown(dim: Dim): boolean {
  return typeof dim === 'string' && dim.includes('?')
}

/** Whether two dimensions may be the same length: equal, or one of them unknown. */
export function agree(a: Dim, b: Dim): boolean {
  return a === b || isUnknown(a) || isUnknown(b)
}

export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i])
}

/** The value of a dimension, given the lengths its names stand for; `undefined` where one is missing. */
export function evaluateDim(dim: Dim, lengths: ReadonlyMap<string, number>): number | undefined {
  if (typeof dim === 'number') return dim
  let sum = 0
  for (const [monomial, coefficient] of toPolynomial(dim)) {
    let product = coefficient
    for (const name of monomial === '' ? [] : monomial.split('*')) {
      const length = lengths.get(name)
      if (length === undefined) return undefined
      product *= length
    }
    sum += product
  }
  return sum
}
