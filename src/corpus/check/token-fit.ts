import { describeUnfit, EntityFitCounter } from '../entity-fit.js'
import type { CheckKind } from './check.js'
import { cutsWords } from './cut-words.js'
import { info, warning } from './finding.js'

const IN_TOKENS = warning(
  'entities-in-tokens',
  'entities begin or end inside a token, so no tagger can find them as they are',
  'move their edges to the edges of words; in scores, each counts as missed',
)
const ACROSS = info(
  'entities-across-sentences',
  'entities begin in one sentence of the text and end in another, so no tagger can find them as they are',
  'look whether each is right; in scores, it counts as missed',
)

/** Entities of running text that the tokens and sentences of a tagger cannot say, besides those of `cutWords`. */
export const tokenFit: CheckKind = {
  finds: [IN_TOKENS, ACROSS],
  create: ({ files, log }) => {
    let text = ''
    const counters = files.map(
      file =>
        new EntityFitCounter(file, entity => {
          if (entity.kind === 'across-sentences') log.add(ACROSS, entity.where, describeUnfit(entity))
          else if (!cutsWords(text, entity.range)) log.add(IN_TOKENS, entity.where, describeUnfit(entity))
        }),
    )
    return {
      add: ({ file, source }) => {
        text = source.text ?? ''
        counters[file].add(source)
      },
    }
  },
}
