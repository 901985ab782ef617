export { InputError, isInputError } from './base/errors.js'
export type { Sentence } from './corpus/sentence.js'
export type { TokenSpan } from './tags/span.js'
