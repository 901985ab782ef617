import { ModelFileError } from '../../base/model-file-error.js'
import { Crf } from '../../features/crf/crf.js'
import { type LearnedWeights, learnedWeights } from '../../features/crf/strongest.js'
import { featureModelOf } from '../../run/load-feature-model.js'
import { openModel } from '../../run/node/open-model.js'
import { CONFIG } from '../../run/run-files.js'

/**
 * What a trained CRF learned.
 * @param count features of each tag, for it and against it
 * @throws ModelFileError for a model that is no CRF, and as `openModel`
 */
export async function weightsOf(name: string, count: number): Promise<LearnedWeights> {
  const run = await openModel(name)
  await run.load([CONFIG])
  const { recognizer } = run.config()
  const model = recognizer === 'crf' ? (await featureModelOf(run)).model : undefined
  if (model instanceof Crf) return learnedWeights(model, count)
  throw new ModelFileError({
    where: run.where(CONFIG),
    expected: 'a CRF, whose weights belong to features that can be read',
    got: `a recognizer of kind ${recognizer}`,
    remedy: 'name a run that was trained with the preset crf or crf-wide',
  })
}
