import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/**
 * An embedding (Bengio et al. 2003; Collobert et al. 2011): each id's row of a table, feature-major.
 *
 * The gradient of `table` is dense and as large as the table. So give it
 *
 * - a small table itself (characters, casing, gazetteer flags: up to a thousand rows or so), with the tokens' ids; or
 * - of a large one (words) only the batch's distinct rows, gathered outside the graph, with each token's place among
 *   them: their gradient is a row for each distinct word, and only those travel and are updated.
 *   `BatchRows` (model/inputs/batch-rows.ts) does that for the tagger.
 *
 * @param table `[rows, dim]`, or `[distinct, dim]`
 * @param ids int32 or int64 `[time, batch]`, rows of the table. Padding may point anywhere, provided that the layers
 *   above send no gradient back from it.
 * @returns `[time, dim, batch]`
 * @example
 * const x = embedding(g, g.input('table', 'float32', [40, 25]), g.input('ids', 'int32', ['time', 'batch']))
 */
export function embedding(g: GraphBuilder, table: Value, ids: Value): Value {
  return g.inLayer('embedding', () => g.transpose(g.gather(table, ids), [0, 2, 1]))
}
