import type { Fault } from '../base/errors.js'
import type { Config } from './schema.js'

/** Settings that are fine by themselves and not together. */
export function conflicts({ input, decoder }: Config): Fault[] {
  const faults: Fault[] = []
  if (input.unit === 'character' && decoder.kind === 'crf')
    faults.push({
      where: 'decoder.kind',
      expected:
        'softmax where input.unit is "character": each character is labelled by itself, and words decided after',
      got: '"crf"',
      remedy: 'write "softmax"; decoder.constrained still keeps whole words to what the scheme allows',
    })
  return faults
}
