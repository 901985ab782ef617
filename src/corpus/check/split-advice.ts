import { verb } from '../../base/fault.js'

/** The command that splits a corpus without leaks. */
export const split = verb('corpus split', ['FILE'])
