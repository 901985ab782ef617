/**
 * The sparse sums of a CRF's loss as WebAssembly: from weights to the scores of bundles and tokens, and from the slopes of tokens
 * back to the gradient of weights. Arithmetic is float64, in the same order every time. Addresses are in bytes; a row is a
 * number for each tag, in vectors of two.
 */
import { type Code, op, type WasmFunction } from '../../engine/optim/wasm-assembler.js'

export interface SumKernels {
  /**
   * Adds the weights of each bundle's features to the bundle's row.
   * @param bundles int32 for each bundle: where its ids begin, and at last where they end
   * @param end address of the last of them
   * @param first int32 for each feature: its first weight; and at last the number of weights
   * @param tagBytes int32 for each weight: its tag, as bytes into a row
   */
  score(
    bundles: number,
    end: number,
    ids: number,
    first: number,
    tagBytes: number,
    weights: number,
    rows: number,
  ): void
  /** The same backward: adds what is in the rows to `gradient`. */
  slope(
    bundles: number,
    end: number,
    ids: number,
    first: number,
    tagBytes: number,
    gradient: number,
    rows: number,
  ): void
  /**
   * Writes the sums of rows: of each token, those of its bundles. With an odd number of tags, the last number is there twice.
   * @param tokens int32 for each token: where its offsets begin, and at last where they end
   * @param offsets int32: rows, as bytes from `rows`
   */
  gather(tokens: number, end: number, offsets: number, rows: number, sums: number): void
  /** The same backward: adds each token's row to those of its bundles. */
  spread(tokens: number, end: number, offsets: number, rows: number, from: number): void
}

/** Vectors that are held in registers together. */
export const BLOCK = 8

/** The two vectors' low lanes: a row's last number, twice. */
export const LOW_TWICE = op.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7])

export function vectorsOf(tags: number): number {
  return Math.ceil(tags / 2)
}

/** The numbers of a row's vectors, block by block. */
export function blocksOf(tags: number): readonly (readonly number[])[] {
  const all = Array.from({ length: vectorsOf(tags) }, (_, v) => v)
  return Array.from({ length: Math.ceil(all.length / BLOCK) }, (_, i) =>
    all.slice(i * BLOCK, (i + 1) * BLOCK),
  )
}

export function sumFunctions(tags: number): WasmFunction[] {
  return [throughFeatures('score'), throughFeatures('slope'), gather(), spread()]

  function throughFeatures(name: 'score' | 'slope'): WasmFunction {
    const [bundles, end, ids, first, tagBytes, weights, row, i, stop, p, last, cell, own] = locals(13)
    const weight = [...op.get(weights), ...op.get(p), ...op.i32(3), ...op.i32ShiftLeft, ...op.i32Add]
    const move =
      name === 'score'
        ? [
            ...[...op.get(cell), ...op.get(cell), ...op.f64Load(0), ...weight, ...op.f64Load(0)],
            ...[...op.f64Add, ...op.f64Store(0)],
          ]
        : [
            ...[...weight, ...op.tee(own), ...op.get(own), ...op.f64Load(0)],
            ...[...op.get(cell), ...op.f64Load(0), ...op.f64Add, ...op.f64Store(0)],
          ]
    return {
      name,
      params: Array.from({ length: 7 }, () => 'i32' as const),
      locals: Array.from({ length: 6 }, () => 'i32' as const),
      body: [
        ...[...element(ids, [...op.get(bundles), ...op.i32Load(0)]), ...op.set(i)],
        ...whileBelow(bundles, end, [
          ...[...element(ids, [...op.get(bundles), ...op.i32Load(4)]), ...op.set(stop)],
          ...whileBelow(i, stop, [
            ...[...element(first, [...op.get(i), ...op.i32Load(0)]), ...op.tee(cell)],
            ...[...op.i32Load(0), ...op.set(p), ...op.get(cell), ...op.i32Load(4), ...op.set(last)],
            ...whileBelow(p, last, [
              ...[...op.get(row), ...element(tagBytes, op.get(p)), ...op.i32Load(0), ...op.i32Add],
              ...[...op.set(cell), ...move, ...advance(p, 1)],
            ]),
            ...advance(i, 4),
          ]),
          ...[...advance(bundles, 4), ...advance(row, 16 * vectorsOf(tags))],
        ]),
      ],
    }
  }

  function gather(): WasmFunction {
    const [tokens, end, offsets, rows, sums, i, start, stop, row] = locals(9)
    const sum = (v: number) => row + 1 + (v % BLOCK)
    return {
      name: 'gather',
      params: ['i32', 'i32', 'i32', 'i32', 'i32'],
      locals: ['i32', 'i32', 'i32', 'i32', ...blocksOf(tags)[0].map(() => 'v128' as const)],
      body: whileBelow(tokens, end, [
        ...[...element(offsets, [...op.get(tokens), ...op.i32Load(0)]), ...op.set(start)],
        ...[...element(offsets, [...op.get(tokens), ...op.i32Load(4)]), ...op.set(stop)],
        ...blocksOf(tags).flatMap(block => [
          ...[...op.get(start), ...op.set(i)],
          ...block.flatMap(v => [...op.f64(0), ...op.f64x2Splat, ...op.set(sum(v))]),
          ...whileBelow(i, stop, [
            ...[...op.get(rows), ...op.get(i), ...op.i32Load(0), ...op.i32Add, ...op.set(row)],
            ...block.flatMap(v => [
              ...[...op.get(sum(v)), ...op.get(row), ...op.v128Load(16 * v)],
              ...[...op.f64x2Add, ...op.set(sum(v))],
            ]),
            ...advance(i, 4),
          ]),
          ...block.flatMap(v => {
            const isHalf = tags % 2 === 1 && v === vectorsOf(tags) - 1
            const value = [...op.get(sum(v)), ...(isHalf ? [...op.get(sum(v)), ...LOW_TWICE] : [])]
            return [...op.get(sums), ...value, ...op.v128Store(16 * v)]
          }),
        ]),
        ...[...advance(tokens, 4), ...advance(sums, 16 * vectorsOf(tags))],
      ]),
    }
  }

  function spread(): WasmFunction {
    const [tokens, end, offsets, rows, from, i, start, stop, row] = locals(9)
    const own = (v: number) => row + 1 + (v % BLOCK)
    return {
      name: 'spread',
      params: ['i32', 'i32', 'i32', 'i32', 'i32'],
      locals: ['i32', 'i32', 'i32', 'i32', ...blocksOf(tags)[0].map(() => 'v128' as const)],
      body: whileBelow(tokens, end, [
        ...[...element(offsets, [...op.get(tokens), ...op.i32Load(0)]), ...op.set(start)],
        ...[...element(offsets, [...op.get(tokens), ...op.i32Load(4)]), ...op.set(stop)],
        ...blocksOf(tags).flatMap(block => [
          ...[...op.get(start), ...op.set(i)],
          ...block.flatMap(v => [...op.get(from), ...op.v128Load(16 * v), ...op.set(own(v))]),
          ...whileBelow(i, stop, [
            ...[...op.get(rows), ...op.get(i), ...op.i32Load(0), ...op.i32Add, ...op.set(row)],
            ...block.flatMap(v => [
              ...[...op.get(row), ...op.get(row), ...op.v128Load(16 * v)],
              ...[...op.get(own(v)), ...op.f64x2Add, ...op.v128Store(16 * v)],
            ]),
            ...advance(i, 4),
          ]),
        ]),
        ...[...advance(tokens, 4), ...advance(from, 16 * vectorsOf(tags))],
      ]),
    }
  }
}

export function locals(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** The address of an int32 in a list. */
function element(list: number, place: Code): Code {
  return [...op.get(list), ...place, ...op.i32(2), ...op.i32ShiftLeft, ...op.i32Add]
}

export function advance(local: number, by: number): Code {
  return [...op.get(local), ...op.i32(by), ...op.i32Add, ...op.set(local)]
}

/** Runs `body` until `local` reaches `end`; both are unsigned. */
export function whileBelow(local: number, end: number, body: Code): Code {
  return op.until([...op.get(local), ...op.get(end), ...op.i32GreaterOrEqualUnsigned], body)
}
