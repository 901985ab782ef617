import { InputError } from '../base/errors.js'
import { option } from '../base/fault.js'
import type { Recognizer } from './recognizer.js'
import { Tagger } from './tagger.js'

/**
 * A recognizer as a tagger, for what only taggers can do.
 * @param name the option that asks for it
 * @throws InputError `predict/kind` for another recognizer
 */
export function taggerOf(recognizer: Recognizer, name: string): Tagger {
  if (recognizer instanceof Tagger) return recognizer
  throw new InputError('predict/kind', {
    where: option(name),
    expected: 'a trained tagger, which has probabilities of whole sentences',
    got: 'rules or several recognizers',
    remedy: 'leave it out, or give a run folder',
  })
}
