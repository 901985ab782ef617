import type { Fault } from '../base/errors.js'
import type { Config, DecoderConfig } from './schema.js'

/** Settings that are fine by themselves and not together: what would have no effect is refused, not ignored. */
export function conflicts({ input, decoder, training }: Config): Fault[] {
  const faults: Fault[] = []
  if (input.unit === 'character' && decoder.kind === 'crf')
    faults.push({
      where: 'decoder.kind',
      expected:
        'softmax where input.unit is "character": each character is labeled by itself, and words decided after',
      got: '"crf"',
      remedy: 'write "softmax"; decoder.constrained still keeps whole words to what the scheme allows',
    })
  // A number is the column that readers call `column2` where there is no header.
  const columns = input.columns.map(({ column }) => (typeof column === 'number' ? `column${column}` : column))
  const twice = columns.find((column, i) => columns.indexOf(column) !== i)
  if (twice !== undefined)
    faults.push({
      where: 'input.columns',
      expected: 'each column once',
      got: `${JSON.stringify(twice)} twice`,
    })
  if (input.unit !== 'word' && input.words.vectors !== null)
    faults.push({
      where: 'input.words.vectors',
      expected: `null where input.unit is "${input.unit}": vectors are of whole words`,
      got: JSON.stringify(input.words.vectors),
      remedy: 'leave it out, or set input.unit to "word"',
    })
  if (input.unit === 'character' && input.words.normalize !== 'none')
    faults.push({
      where: 'input.words.normalize',
      expected: 'none where input.unit is "character": no single character is a user name or an address',
      got: JSON.stringify(input.words.normalize),
      remedy: 'write "none", or set input.unit to "word"',
    })
  if (input.affixes.dim > 0 && input.affixes.lengths.length === 0)
    faults.push({
      where: 'input.affixes.lengths',
      expected: 'a length or more where input.affixes.dim is above 0',
      got: '[]',
      remedy: 'give lengths such as [2, 3], or set input.affixes.dim to 0',
    })
  if (decoder.kind === 'crf') faults.push(...softmaxOnly(decoder))
  const { schedule, optimizer } = training
  if (schedule.kind === 'one-cycle' && schedule.warmupSteps > 0)
    faults.push({
      where: 'training.schedule.warmupSteps',
      expected:
        '0 beside training.schedule.kind "one-cycle", which rises over its first 30 % of the updates by itself',
      got: JSON.stringify(schedule.warmupSteps),
      remedy: 'leave it out, or choose another kind, such as "linear-warmup"',
    })
  if (optimizer.nesterov && optimizer.kind !== 'sgd')
    faults.push({
      where: 'training.optimizer.nesterov',
      expected: `false beside training.optimizer.kind "${optimizer.kind}": only "sgd" looks ahead`,
      got: 'true',
      remedy: 'leave it out, or choose "sgd" with a momentum',
    })
  if (optimizer.nesterov && optimizer.kind === 'sgd' && optimizer.momentum === 0)
    faults.push({
      where: 'training.optimizer.nesterov',
      expected:
        'false where training.optimizer.momentum is 0: without momentum there is nothing to look ahead by',
      got: 'true',
      remedy: 'leave it out, or give a momentum such as 0.9',
    })
  return faults
}

/** What changes the loss of single tokens, of which a CRF's has none. */
function softmaxOnly({ classWeights, focalGamma, labelSmoothing }: DecoderConfig): Fault[] {
  const settings = [
    { name: 'classWeights', off: '"none"', value: classWeights, isOff: classWeights === 'none' },
    { name: 'focalGamma', off: '0', value: focalGamma, isOff: focalGamma === 0 },
    { name: 'labelSmoothing', off: '0', value: labelSmoothing, isOff: labelSmoothing === 0 },
  ]
  return settings
    .filter(({ isOff }) => !isOff)
    .map(({ name, off, value }) => ({
      where: `decoder.${name}`,
      expected: `${off} beside decoder.kind "crf", whose loss is of whole sentences, not of tokens`,
      got: JSON.stringify(value),
      remedy: 'leave it out, or set decoder.kind to "softmax"',
    }))
}
