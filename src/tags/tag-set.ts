import { SCHEMES, type Scheme } from './scheme.js'

/**
 * All tags of a scheme for some types: `O`, then type by type in the given order.
 *
 * @example
 * tagSet(['PER', 'LOC'], 'BIO') // ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']
 */
export function tagSet(types: readonly string[], scheme: Scheme): string[] {
  return ['O', ...types.flatMap(type => SCHEMES[scheme].prefixes.map(prefix => `${prefix}-${type}`))]
}
