/** The settings of recognizers that count or weigh features of words. */
import * as v from 'valibot'
import { integerBetween, positiveInteger } from './numbers.js'
import { section } from './sections.js'

/** Brants 2000. */
export const hmmSchema = section({
  /** The longest suffix by which unknown words are judged. */
  suffixLength: v.optional(integerBetween(0, 50), 10),
  /** Words that occur at most this often teach the suffixes. */
  rareCount: v.optional(positiveInteger, 10),
})
