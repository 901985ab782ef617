/**
 * Forward and backward probabilities of a chain (Rabiner 1989, section V) as WebAssembly SIMD, over rows of two numbers to a
 * vector. The code is generated for the number of tags. Arithmetic is float64, in the same order every time.
 *
 * Where there is an odd number of tags, a row's last number stands there twice; so do the columns of the matrices.
 */
import { type Code, op, type WasmFunction } from '../../engine/optim/wasm-assembler.js'
import { advance, BLOCK, blocksOf, locals, vectorsOf, whileBelow } from './sum-kernels.js'

export interface ChainKernels {
  /**
   * Forward probabilities: each token's sum to 1.
   * @param steps uint32 for each token: the address of its `StepBlock`
   * @param emissions a row for each token; `factors` gets exp of them, divided by what makes `alpha` sum to 1
   * @param alpha a row for each token, behind a row that the first token's step begins with
   * @param tops float64 for each token: its largest emission
   * @param sums float64 for each token: what its `alpha` summed to. The log of the partition is the sum of all tops and of
   * the logs of all sums
   * @returns 1; 0 where scores are so far apart that digits would be lost
   */
  forward(
    steps: number,
    end: number,
    emissions: number,
    factors: number,
    alpha: number,
    tops: number,
    sums: number,
  ): number
  /**
   * Turns `alpha` into the probabilities of tags, from the last token to the first, and adds those of steps to their blocks.
   * @param steps address of the last token's; `start` of the first token's
   * @param factors the last token's row, as is `alpha`
   * @param beta two rows to work in, the first of ones
   */
  backward(steps: number, start: number, factors: number, alpha: number, beta: number, weight: number): void
}

/** Smaller emissions than exp of this, beside the largest, have lost digits. */
const LEAST_EMISSION = -300
/** A smaller share of a token's probability has lost digits, or its reciprocal soon will. */
const LEAST = 1e-140

/** Bytes of the matrices of a step, which are `[tags]` rows each: factors `[from, to]`, the same `[to, from]`, expected steps. */
export function blockBytes(tags: number): number {
  return 3 * matrixBytes(tags)
}

export function matrixBytes(tags: number): number {
  return tags * 16 * vectorsOf(tags)
}

export function chainFunctions(tags: number): WasmFunction[] {
  const vectors = vectorsOf(tags)
  const rowBytes = 16 * vectors
  const matrices = matrixBytes(tags)
  const isOdd = tags % 2 === 1
  const everyVector = Array.from({ length: vectors }, (_, v) => v)
  return [forward(), backward()]

  function forward(): WasmFunction {
    const [steps, end, emissions, factors, alpha, tops, sums, matrix, row] = locals(9)
    const [place, scalar, isFine, top, sum] = [9, 11, 12, 13, 14]
    const [low, least, own, n, rest, splat] = [15, 16, 17, 18, 19, 20]
    const acc = (v: number) => 21 + (v % BLOCK)
    const tokens = blocksOf(tags).flatMap(block => [
      ...times(block, { x: alpha, xOffset: 0, matrix, matrixOffset: 0, splat, row, place, acc }),
      ...block.flatMap(v => [
        ...[...op.get(emissions), ...op.v128Load(16 * v), ...op.get(top), ...op.f64x2Sub, ...op.tee(own)],
        ...[...op.get(low), ...op.f64x2PseudoMin, ...op.set(low)],
        ...[...op.get(factors), ...exponential(own, n, rest), ...op.tee(own), ...op.v128Store(16 * v)],
        ...[...op.get(alpha), ...op.get(acc(v)), ...op.get(own), ...op.f64x2Mul, ...op.tee(own)],
        ...[...op.v128Store(rowBytes + 16 * v), ...op.get(sum), ...op.get(own)],
        ...(isOdd && v === vectors - 1 ? [...op.f64(0), ...op.f64x2SetLane(1)] : []),
        ...[...op.f64x2Add, ...op.set(sum)],
      ]),
    ])
    const scaled = everyVector.flatMap(v => [
      ...[...op.get(factors), ...op.get(factors), ...op.v128Load(16 * v), ...op.get(sum)],
      ...[...op.f64x2Mul, ...op.v128Store(16 * v)],
      ...[...op.get(alpha), ...op.get(alpha), ...op.v128Load(rowBytes + 16 * v), ...op.get(sum)],
      ...[...op.f64x2Mul, ...op.tee(own), ...op.v128Store(rowBytes + 16 * v)],
      ...[...op.get(own), ...op.get(least), ...op.f64x2PseudoMin, ...op.set(least)],
    ])
    return {
      name: 'forward',
      params: Array.from({ length: 7 }, () => 'i32' as const),
      result: 'i32',
      locals: [
        ...(['i32', 'i32', 'i32', 'i32', 'f64', 'i32'] as const),
        ...Array.from({ length: 8 }, () => 'v128' as const),
        ...blocksOf(tags)[0].map(() => 'v128' as const),
      ],
      body: [
        ...[...op.i32(1), ...op.set(isFine)],
        ...[...op.f64(1), ...op.f64x2Splat, ...op.set(least)],
        ...whileBelow(steps, end, [
          ...[...op.get(steps), ...op.i32Load(0), ...op.set(matrix)],
          ...[...op.get(emissions), ...op.v128Load(0), ...op.set(top)],
          ...everyVector
            .slice(1)
            .flatMap(v => [
              ...[...op.get(top), ...op.get(emissions), ...op.v128Load(16 * v)],
              ...[...op.f64x2PseudoMax, ...op.set(top)],
            ]),
          ...[...op.get(tops), ...op.get(top), ...op.f64x2Lane(0), ...op.get(top), ...op.f64x2Lane(1)],
          ...[...op.f64Max, ...op.tee(scalar), ...op.f64Store(0)],
          ...[...op.get(scalar), ...op.f64x2Splat, ...op.set(top)],
          ...[...op.f64(0), ...op.f64x2Splat, ...op.set(sum)],
          ...tokens,
          ...[...op.get(sums), ...op.get(sum), ...op.f64x2Lane(0), ...op.get(sum), ...op.f64x2Lane(1)],
          ...[...op.f64Add, ...op.tee(scalar), ...op.f64Store(0)],
          ...[...op.get(scalar), ...op.f64(LEAST), ...op.f64Greater, ...op.get(isFine), ...op.i32And],
          ...op.set(isFine),
          ...[...op.f64(1), ...op.get(scalar), ...op.f64Div, ...op.f64x2Splat, ...op.set(sum)],
          ...[...scaled, ...advance(steps, 4), ...advance(tops, 8), ...advance(sums, 8)],
          ...[emissions, factors, alpha].flatMap(local => advance(local, rowBytes)),
        ]),
        ...[...isAbove(least, LEAST), ...isAbove(low, LEAST_EMISSION), ...op.i32And],
        ...[...op.get(isFine), ...op.i32And],
      ],
    }
  }

  function backward(): WasmFunction {
    const [steps, start, factors, alpha, beta, weight, matrix, row, place, end, splat] = locals(11)
    const acc = (v: number) => 11 + (v % BLOCK)
    const marginals = everyVector.flatMap(v => [
      ...[...op.get(beta), ...op.get(beta), ...op.v128Load(16 * v), ...op.tee(acc(0))],
      ...[...op.get(factors), ...op.v128Load(16 * v), ...op.f64x2Mul, ...op.v128Store(rowBytes + 16 * v)],
      ...[...op.get(alpha), ...op.get(alpha), ...op.v128Load(16 * v), ...op.get(acc(0))],
      ...[...op.f64x2Mul, ...op.v128Store(16 * v)],
    ])
    /** Expected steps: the outer product of the token before and this one's `factors · beta`, without the factor of the step. */
    const expected = blocksOf(tags).flatMap(block => [
      ...block.flatMap(v => [...op.get(beta), ...op.v128Load(rowBytes + 16 * v), ...op.set(acc(v))]),
      ...[...op.get(alpha), ...op.i32(rowBytes), ...op.i32Sub, ...op.tee(place)],
      ...[...op.i32(8 * tags), ...op.i32Add, ...op.set(end)],
      ...[...op.get(matrix), ...op.set(row)],
      ...whileBelow(place, end, [
        ...[...op.get(place), ...op.f64x2LoadSplat(0), ...op.get(weight), ...op.f64x2Splat],
        ...[...op.f64x2Mul, ...op.set(splat)],
        ...block.flatMap(v => [
          ...[...op.get(row), ...op.get(row), ...op.v128Load(2 * matrices + 16 * v)],
          ...[...op.get(splat), ...op.get(acc(v)), ...op.f64x2Mul, ...op.f64x2Add],
          ...op.v128Store(2 * matrices + 16 * v),
        ]),
        ...[...advance(row, rowBytes), ...advance(place, 8)],
      ]),
    ])
    const before = blocksOf(tags).flatMap(block => [
      ...times(block, { x: beta, xOffset: rowBytes, matrix, matrixOffset: matrices, splat, row, place, acc }),
      ...block.flatMap(v => [...op.get(beta), ...op.get(acc(v)), ...op.v128Store(16 * v)]),
    ])
    return {
      name: 'backward',
      params: ['i32', 'i32', 'i32', 'i32', 'i32', 'f64'],
      locals: [
        ...(['i32', 'i32', 'i32', 'i32', 'v128'] as const),
        ...blocksOf(tags)[0].map(() => 'v128' as const),
      ],
      body: [
        ...marginals,
        ...op.until(
          [...op.get(start), ...op.get(steps), ...op.i32GreaterOrEqualUnsigned],
          [
            ...[...op.get(steps), ...op.i32Load(0), ...op.set(matrix)],
            ...[...expected, ...before],
            ...advance(steps, -4),
            ...[factors, alpha].flatMap(local => advance(local, -rowBytes)),
            ...marginals,
          ],
        ),
      ],
    }
  }

  /** The product of a row with a matrix, for the vectors of a block: one row of the matrix after the other. */
  function times(
    block: readonly number[],
    { x, xOffset, matrix, matrixOffset, splat, row, place, acc }: Product,
  ): Code {
    const add = (v: number, from: number, offset: number, isFirst: boolean) => [
      ...(isFirst ? [] : op.get(acc(v))),
      ...[...op.get(splat), ...op.get(from), ...op.v128Load(offset + 16 * v), ...op.f64x2Mul],
      ...[...(isFirst ? [] : op.f64x2Add), ...op.set(acc(v))],
    ]
    if (tags <= MOST_UNROLLED)
      return Array.from({ length: tags }, (_, j) => [
        ...[...op.get(x), ...op.f64x2LoadSplat(xOffset + 8 * j), ...op.set(splat)],
        ...block.flatMap(v => add(v, matrix, matrixOffset + j * rowBytes, j === 0)),
      ]).flat()
    const end = place + 1
    return [
      ...block.flatMap(v => [...op.f64(0), ...op.f64x2Splat, ...op.set(acc(v))]),
      ...[...op.get(matrix), ...op.set(row)],
      ...[...op.get(x), ...op.i32(xOffset), ...op.i32Add, ...op.tee(place)],
      ...[...op.i32(8 * tags), ...op.i32Add, ...op.set(end)],
      ...whileBelow(place, end, [
        ...[...op.get(place), ...op.f64x2LoadSplat(0), ...op.set(splat)],
        ...block.flatMap(v => add(v, row, matrixOffset, false)),
        ...[...advance(row, rowBytes), ...advance(place, 8)],
      ]),
    ]
  }
}

/** Where a product finds its numbers: locals, and offsets to the addresses in them. */
interface Product {
  readonly x: number
  readonly xOffset: number
  readonly matrix: number
  readonly matrixOffset: number
  readonly splat: number
  readonly row: number
  /** Two locals. */
  readonly place: number
  readonly acc: (v: number) => number
}

/** With more tags, products are loops. */
const MOST_UNROLLED = 32

/** Whether both numbers of a vector are above a value. */
function isAbove(local: number, value: number): Code {
  return [
    ...[...op.get(local), ...op.f64x2Lane(0), ...op.f64(value), ...op.f64Greater],
    ...[...op.get(local), ...op.f64x2Lane(1), ...op.f64(value), ...op.f64Greater, ...op.i32And],
  ]
}

/** log 2 in two parts, the first with so few digits that its products with whole numbers are exact (fdlibm's). */
const LOG_2 = [0.6931471803691238, 1.9082149292705877e-10] as const
/** Adding it rounds to a whole number, which is in the low bits then. */
const ROUND = 1.5 * 2 ** 52
const DEGREE = 13

/**
 * exp of both numbers of a vector, for numbers from −700 to 700: 2ⁿ times the Taylor polynomial of the rest, which is at most
 * log 2 / 2; it is right to a unit or two in the last place.
 */
export function exponential(x: number, n: number, rest: number): Code {
  const constant = (value: number) => [...op.f64(value), ...op.f64x2Splat]
  let factorial = 1
  for (let i = 2; i <= DEGREE; i++) factorial *= i
  const polynomial: number[] = constant(1 / factorial)
  for (let i = DEGREE; i > 0; i--) {
    factorial /= i
    polynomial.push(...op.get(rest), ...op.f64x2Mul, ...constant(1 / factorial), ...op.f64x2Add)
  }
  return [
    ...[...op.get(x), ...constant(Math.LOG2E), ...op.f64x2Mul, ...constant(ROUND), ...op.f64x2Add],
    ...[...op.tee(n), ...constant(ROUND), ...op.f64x2Sub, ...op.set(rest)],
    ...[...op.get(x), ...op.get(rest), ...constant(LOG_2[0]), ...op.f64x2Mul, ...op.f64x2Sub],
    ...[...op.get(rest), ...constant(LOG_2[1]), ...op.f64x2Mul, ...op.f64x2Sub, ...op.set(rest)],
    ...polynomial,
    ...[...op.get(n), ...op.i32(52), ...op.i64x2ShiftLeft, ...op.i64x2Add],
  ]
}
