import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'
import type { ModelFacts } from '../models/models.js'

/** A model as the server describes it. */
export const modelForm = v.object({
  name: v.string(),
  version: v.pipe(v.string(), v.description('Another one for every model that took the place of the last.')),
  loaded: v.pipe(v.string(), v.isoTimestamp()),
  kind: v.pipe(
    v.string(),
    v.description(
      '`neural`, `crf`, `hmm` and `bootstrap` are trained taggers; else `rules` or `combination`.',
    ),
  ),
  types: v.pipe(v.array(v.string()), v.description('Entity types that it can find.')),
  tags: v.pipe(v.array(v.string()), v.description('Tags that it can give.')),
  coarse: v.optional(
    v.pipe(recordOf(v.string()), v.description('What each type is in its coarse view, if it has one.')),
  ),
})

export const modelsForm = v.object({ models: v.array(modelForm) })

export const reloadForm = v.strictObject({
  from: v.optional(
    v.pipe(
      v.string(),
      v.description(
        'A folder with a run, inside of the folder that the server has for runs; default: where it is from.',
      ),
    ),
  ),
})

export function modelAnswer({ name, version, loaded, info }: ModelFacts): v.InferOutput<typeof modelForm> {
  return {
    name,
    version,
    loaded: loaded.toISOString(),
    kind: info.recognizer,
    types: [...info.types],
    tags: [...info.tags],
    ...(info.coarse && { coarse: Object.fromEntries(info.coarse) }),
  }
}
