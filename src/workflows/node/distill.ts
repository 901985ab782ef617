import { InputError } from '../../base/errors.js'
import { say, setting } from '../../base/fault.js'
import type { Config, TrainingCorpusConfig } from '../../config/schema.js'
import type { TaughtTags } from '../../recognize/soft-labels.js'
import { checkPlace } from '../../run/node/run-folder.js'
import { parseTag } from '../../tags/scheme.js'
import { loadCorpora } from '../../train/node/load-corpora.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { newRun, type TrainingRequest } from './training-request.js'

/** Reads the labeled corpora, so that a fault in one is known before the teachers work. */
async function checkLabels({ corpus, input }: Config, types: readonly string[]): Promise<void> {
  const { corpora } = await loadCorpora(corpus, input.columns, { mayBeNone: true })
  for (const { path, sentences } of corpora.train) {
    const found = new Set(sentences.flatMap(({ tags }) => tags.map(tag => parseTag(tag).type)))
    const other = [...found].filter(type => type !== null && !types.includes(type))
    if (other.length > 0)
      throw new InputError('distill/student', {
        where: { file: path },
        expected: `the types of the teachers (${types.join(', ')})`,
        got: other.join(', '),
        remedy: say`rename the types of the corpus first, or leave it out`,
      })
  }
}

/**
 * What a student trains with: the corpora that the request names, if any, and one of soft tags beside them. Its types and
 * its scheme are the teachers'.
 * @param soft the file of soft tags
 * @throws InputError `distill/student` for a model that cannot learn from soft tags, another scheme, and corpora of other
 *   types; as `newRun`, `checkPlace` and `loadCorpora`
 */
export async function studentRun(
  request: TrainingRequest,
  soft: string,
  { scheme, types }: TaughtTags,
): Promise<TrainOptions & { readonly config: Config }> {
  const { config, ...rest } = await newRun(request)
  checkPlace(rest.out, rest.force === true)
  const refuse = (where: string, expected: string, got: string) =>
    new InputError('distill/student', { where: setting(where), expected, got })
  if (config.recognizer !== 'neural')
    throw refuse('recognizer', 'a network, which learns from probabilities of tags', config.recognizer)
  if (config.input.unit.kind === 'character')
    throw refuse('input.unit', 'word or piece: teachers label tokens', 'character')
  const own = request.overrides?.find(({ path }) => path === 'tags.scheme')
  if (own && own.text !== scheme) throw refuse('tags.scheme', `${scheme}, as the teachers have it`, own.text)
  const mapped = config.corpus.train.find(({ map }) => Object.keys(map).length > 0)
  if (mapped)
    throw new InputError('distill/student', {
      where: setting('corpus.train.N.map'),
      expected: 'none beside soft tags, which have the types of the teachers',
      got: `one for ${mapped.file}`,
      remedy: say`rename the types of the corpus first`,
    })
  await checkLabels(config, types)
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
