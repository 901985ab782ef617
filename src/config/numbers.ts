/** Checks that several parts of the schema share. */
import * as v from 'valibot'

export const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1))
/** Features, units or filters of a layer: more than anyone trains, few enough to be allocated. */
export const featureCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536))
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const positive = v.pipe(v.number(), v.finite(), v.gtValue(0))
export const notNegative = v.pipe(v.number(), v.finite(), v.minValue(0))
/** A share of something that is never empty: (0, 1]. */
export const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1))
/** A probability that something is dropped, or how much of a running mean is kept: [0, 1). */
export const dropProbability = v.pipe(v.number(), v.minValue(0), v.ltValue(1))

export const integerBetween = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

/** A file, folder or package. */
export const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096))
