import { InputError } from '../../base/errors.js'
import { type Note, say, setting } from '../../base/fault.js'
import type { AnyConfig } from '../../config/schema.js'
import {
  bestSegmentation,
  fitSegmentations,
  isWorthANote,
  percent,
  type SegmentationFits,
} from '../../corpus/segmentation.js'
import type { Segmentation } from '../../text/language.js'
import type { LabeledCorpus } from './corpora.js'

/** A configuration in which the `auto` of `text.segmentation` has become a value. */
type Segmented<Given> = Given & { readonly text: { readonly segmentation: Segmentation } }

/** A corpus whose tokens agree with one cut as well as this has no other tokens. */
const ALIKE = 0.99

/**
 * Replaces the `auto` of `text.segmentation` by the cut that agrees best with the tokens of the training corpus, so that
 * new text is cut as they are. Says so where it matters, and what the cut cannot do.
 *
 * @throws InputError `train/segmentation` for words where the corpus has characters, as running text does: the tagger would
 *   learn characters and then be given words
 */
export function fixSegmentation<Given extends Pick<AnyConfig, 'text'>>(
  config: Given,
  { path, sentences }: Pick<LabeledCorpus, 'path' | 'sentences'>,
): { readonly config: Segmented<Given>; readonly notes: readonly Note[] } {
  const given = config.text.segmentation
  const fits = fitSegmentations(sentences)
  if (fits === undefined)
    return { config: withSegmentation(config, given === 'auto' ? 'characters' : given), notes: [] }
  const best = bestSegmentation(fits)
  const chosen = given === 'auto' ? best : given
  if (chosen === 'words' && best === 'characters' && fits.characters.f1 > ALIKE)
    throw new InputError('train/segmentation', {
      where: setting('text.segmentation'),
      expected: 'auto or characters',
      got: say`words, while ${path} has characters, as all running text in scripts without spaces`,
      remedy: 'leave it out; to train on words, give a corpus with words as its tokens',
    })
  return {
    config: withSegmentation(config, chosen),
    notes: isWorthANote(fits) ? [segmentationNote(path, chosen, fits)] : [],
  }
}

function withSegmentation<Given extends Pick<AnyConfig, 'text'>>(
  config: Given,
  segmentation: Segmentation,
): Segmented<Given> {
  return { ...config, text: { ...config.text, segmentation } }
}

function segmentationNote(path: string, chosen: Segmentation, fits: SegmentationFits): Note {
  const other: Segmentation = chosen === 'words' ? 'characters' : 'words'
  const { f1, entities } = fits[chosen]
  const lost =
    entities === 1
      ? 'no entity begins or ends inside one of them'
      : `${percent(1 - entities)} of the entities begin or end inside one of them and cannot be found in text without tokens`
  return {
    code: 'segmentation',
    where: path,
    message: say`new text in scripts without spaces will be cut into ${chosen} (${setting('text.segmentation', chosen)}). Compared with the corpus's own tokens, these have a token F1 of ${percent(f1)} (${other}: ${percent(fits[other].f1)}); ${lost}`,
  }
}
