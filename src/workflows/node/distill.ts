import { InputError } from '../../base/errors.js'
import { say, setting } from '../../base/fault.js'
import type { Config, TrainingCorpusConfig } from '../../config/schema.js'
import type { TaughtTags } from '../../recognize/soft-labels.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { newRun, type TrainingRequest } from './training-request.js'

/**
 * What a student trains with: the corpora that the request names, if any, and one of soft tags beside them. Its types and
 * its scheme are the teachers'.
 * @param soft the file of soft tags
 * @throws InputError `distill/student` for a model that cannot learn from soft tags; as `newRun`
 */
export async function studentRun(
  request: TrainingRequest,
  soft: string,
  { scheme, types }: TaughtTags,
): Promise<TrainOptions & { readonly config: Config }> {
  const { config, ...rest } = await newRun(request)
  const refuse = (where: string, expected: string, got: string) =>
    new InputError('distill/student', { where: setting(where), expected, got })
  if (config.recognizer !== 'neural')
    throw refuse('recognizer', 'a network, which learns from probabilities of tags', config.recognizer)
  if (config.input.unit.kind === 'character')
    throw refuse('input.unit', 'word or piece: teachers label tokens', 'character')
  const mapped = config.corpus.train.find(({ map }) => Object.keys(map).length > 0)
  if (mapped)
    throw new InputError('distill/student', {
      where: setting('corpus.train.N.map'),
      expected: 'none beside soft tags, which have the types of the teachers',
      got: `one for ${mapped.file}`,
      remedy: say`rename the types of the corpus first`,
    })
  const taught: TrainingCorpusConfig = {
    ...{ file: soft, format: 'jsonl', types: [...types], map: {}, weight: 1 },
    ...{ encoding: null, tokenColumn: null, tagColumn: null, offsets: null, labels: null },
  }
  const labeled = config.corpus.train.map(own => ({ ...own, types: own.types ?? [...types] }))
  return {
    ...rest,
    config: {
      ...config,
      tags: { ...config.tags, scheme },
      corpus: { ...config.corpus, train: [...labeled, taught] },
    },
  }
}
