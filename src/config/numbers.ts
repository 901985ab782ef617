/** Checks of numbers that several parts of the schema share. */
import * as v from 'valibot'

export const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1))
/** How many features, units or filters a layer has: larger than any that is trained, small enough to be allocated. */
export const featureCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536))
/** The same of a feature that can be left out: 0 is without it. */
export const optionalFeatureCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_536))
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const positive = v.pipe(v.number(), v.gtValue(0))
export const notNegative = v.pipe(v.number(), v.minValue(0))
/** A probability that something is dropped: [0, 1). */
export const dropProbability = v.pipe(v.number(), v.minValue(0), v.ltValue(1))
