import { say, setting } from '../base/fault.js'
import type { SettingFault } from './faults.js'
import type { Config, InputConfig } from './schema.js'

/** The most features that all inputs together give a token. */
const MOST_FEATURES = 65_536
/** The most layers that all blocks together have. */
const MOST_LAYERS = 256

/** Settings of different sections that do not go together. What would have no effect is refused, not ignored. */
export function conflicts({ input, encoder, decoder, pretrained, training }: Config): SettingFault[] {
  const faults: SettingFault[] = []
  if (training.runtime !== 'cpu' && training.workers > 1)
    faults.push({
      path: 'training.workers',
      expected: say`1 with ${setting('training.runtime', training.runtime)}: the GPU computes one update after the other`,
      got: String(training.workers),
    })
  const { unit, words } = input
  if (encoder.length === 0 && pretrained === null)
    faults.push({
      path: 'encoder',
      expected: say`at least one block without ${setting('pretrained')}`,
      got: '[]',
    })
  if (unit.kind !== 'word' && pretrained !== null)
    faults.push({
      path: 'input.unit',
      expected: say`word with ${setting('pretrained')}, whose tokenizer cuts words into its own pieces`,
      got: JSON.stringify(unit.kind),
    })
  if (unit.kind === 'character' && decoder.kind === 'crf')
    faults.push({
      path: 'decoder.kind',
      expected: say`softmax for ${setting('input.unit', 'character')}: characters are labeled one by one, and words are decided afterwards`,
      got: '"crf"',
      remedy: say`set ${setting('decoder.kind', 'softmax')}; ${setting('decoder.constrained')} still keeps words to what the scheme allows`,
    })
  if (unit.kind === 'character' && words.normalize !== 'none')
    faults.push({
      path: 'input.words.normalize',
      expected: say`none for ${setting('input.unit', 'character')}: a single character is never a user name or an address`,
      got: JSON.stringify(words.normalize),
      remedy: say`set ${setting('input.words.normalize', 'none')}, or ${setting('input.unit', 'word')}`,
    })
  if (unit.kind !== 'word' && words.vectors !== null)
    faults.push({
      path: 'input.words.vectors',
      expected: say`null for ${setting('input.unit', unit.kind)}: vectors are of whole words`,
      got: JSON.stringify(words.vectors.file),
      remedy: say`remove them, or set ${setting('input.unit', 'word')}`,
    })
  // A number is the column that readers call `column2` where there is no header.
  const columns = input.columns.map(({ column }) => (typeof column === 'number' ? `column${column}` : column))
  const twice = columns.find((column, i) => columns.indexOf(column) !== i)
  if (twice !== undefined)
    faults.push({
      path: 'input.columns',
      expected: 'each column once',
      got: `${JSON.stringify(twice)} twice`,
    })
  const features = featuresOf(input)
  if (features > MOST_FEATURES)
    faults.push({
      path: 'input',
      expected: `at most ${MOST_FEATURES} features per token from all inputs together`,
      got: `${features}`,
    })
  const layers = encoder.reduce((sum, block) => sum + ('layers' in block ? block.layers : 1), 0)
  if (layers > MOST_LAYERS)
    faults.push({
      path: 'encoder',
      expected: `at most ${MOST_LAYERS} layers in all blocks together`,
      got: `${layers}`,
    })
  return faults
}

function featuresOf(input: InputConfig): number {
  const { words, shape, casing, affixes, charCnn, charLstm, columns, gazetteers, classes } = input
  const tables = [words, shape, casing, ...columns, ...gazetteers]
  return (
    tables.reduce((sum, table) => sum + (table?.dim ?? 0), 0) +
    (affixes ? 2 * affixes.lengths.length * affixes.dim : 0) +
    classes.reduce((sum, own) => sum + own.lengths.length * own.dim, 0) +
    (charCnn?.filters ?? 0) +
    2 * (charLstm?.hidden ?? 0)
  )
}
