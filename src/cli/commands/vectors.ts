import type { AddCommand } from '../context.js'
import { addVectorsAnalogy } from './vectors-analogy.js'
import { addVectorsCompact } from './vectors-compact.js'
import { addVectorsNearest } from './vectors-nearest.js'
import { addVectorsTrain } from './vectors-train.js'

/** `nerite vectors`: the family of verbs for word vectors. */
export const addVectors: AddCommand = (program, context) => {
  const family = program
    .command('vectors')
    .description('train word vectors on your own text, make them small, and look into them')
  for (const add of [addVectorsTrain, addVectorsCompact, addVectorsNearest, addVectorsAnalogy])
    add(family, context)
}
