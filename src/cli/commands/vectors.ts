import type { AddCommand } from '../context.js'
import { addVectorsCompact } from './vectors-compact.js'
import { addVectorsNearest } from './vectors-nearest.js'

/** `nerite vectors`: the family of verbs for pretrained word vectors. */
export const addVectors: AddCommand = (program, context) => {
  const family = program
    .command('vectors')
    .description('make pretrained word vectors small, and look into them')
  for (const add of [addVectorsCompact, addVectorsNearest]) add(family, context)
}
