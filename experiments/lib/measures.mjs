// What definitions want to know of a finished run beyond the scores that training leaves.
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { characterReport } from '../../dist/evaluate/character-report.js'
import { characterSpans } from '../../dist/predict/character-labels.js'
import { loadTagger } from '../../dist/predict/node/load-tagger.js'

/** Scores of single characters on the development corpus, as `evaluate --characters` prints them. */
export const CHARACTERS = {
  name: 'characters',
  of: async (out, config) => {
    const { sentences, scheme } = await loadCorpus(config.corpus.dev)
    const tagger = await loadTagger(out)
    try {
      return characterReport(await characterSpans(tagger, sentences, scheme.scheme))
    } finally {
      await tagger.release()
    }
  },
}
