import { option, say, verb } from '../../base/fault.js'
import { createTokenizer, type Tokenizer } from '../../text/tokenizer.js'
import { bestSegmentation, fitSegmentations } from '../segmentation.js'
import { TextSample } from '../text-sample.js'
import { describeAgreement, isFarFromText, sampleAgreement } from '../token-agreement.js'
import type { CheckKind } from './check.js'
import { warning } from './finding.js'

const OTHER_TOKENS = warning(
  'other-tokens',
  'files have tokens of their own, which are not those that a tagger finds in raw text',
  say`measure what that costs with ${verb('evaluate', ['RUN', 'FILE'], [option('raw')])}`,
)

/** How far a file's own tokens are from those of raw text, cut as a tagger that learns from the first file would cut it. */
export const rawText: CheckKind = {
  finds: [OTHER_TOKENS],
  create: ({ files, log }) => {
    const samples = files.map(() => new TextSample())
    let tokenizer: Tokenizer | undefined
    return {
      add: ({ file, source }) => samples[file].add(source),
      endFile: ({ file: name }, file) => {
        const sample = samples[file]
        tokenizer ??= createTokenizer(bestSegmentation(fitSegmentations(sample.texts().flat())))
        const agreement = sampleAgreement(sample, tokenizer)
        samples[file] = new TextSample()
        if (agreement !== undefined && isFarFromText(agreement))
          log.addWhole(OTHER_TOKENS, { file: name }, describeAgreement(agreement))
      },
    }
  },
}
