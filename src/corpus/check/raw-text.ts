import { option, say, verb } from '../../base/fault.js'
import { AgreementCounter, describeAgreement, isFarFromText } from '../token-agreement.js'
import type { CheckKind } from './check.js'
import { info } from './finding.js'

const OTHER_TOKENS = info(
  'other-tokens',
  'files have tokens of their own, which are not those that a tagger finds in raw text',
  say`measure what that costs with ${verb('evaluate', ['RUN', 'FILE'], [option('raw')])}`,
)

/** How far a file's own tokens are from those of raw text. */
export const rawText: CheckKind = {
  finds: [OTHER_TOKENS],
  create: ({ files, log }) => {
    const counters = files.map(() => new AgreementCounter())
    return {
      add: ({ file, source }) => counters[file].add(source),
      endFile: ({ file: name }, file) => {
        const agreement = counters[file].result()
        if (agreement === undefined || (agreement.unfit === 0 && !isFarFromText(agreement))) return
        log.addWhole(OTHER_TOKENS, { file: name }, describeAgreement(agreement), {
          ...(isFarFromText(agreement) && { severity: 'warning' }),
        })
      },
    }
  },
}
