import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { characterReport } from '../../evaluate/character-report.js'
import { formatPercent } from '../../evaluate/format-number.js'
import { formatCharacterReport, formatScores } from '../../evaluate/format-scores.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { characterSpans } from '../../recognize/character-labels.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { labeledOnly } from '../labeled-only.js'
import type { AddCommand } from '../main.js'
import { modeOption } from '../mode-option.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite evaluate runs/a test.conll
  nerite evaluate runs/a test.conll --mode strict --json
  nerite evaluate runs/characters test.conll --characters`

/** `nerite evaluate`: tags a labeled corpus and scores the tagging. */
export const addEvaluate: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('evaluate')
      .description('tag a labeled corpus with a trained tagger and score the result')
      .argument('<run>', 'a run folder')
      .argument('<corpus>', 'labeled text')
      .addOption(modeOption())
      .option('--characters', 'also score single characters, for a tagger that labels characters')
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(
    async (
      run: string,
      file: string,
      flags: ReadingFlags & {
        readonly mode: ScoreMode
        readonly json?: boolean
        readonly characters?: boolean
      },
    ) => {
      const tagger = await loadTagger(run, { onNotice: context.log })
      try {
        const corpus = await loadCorpus(file, toReadOptions(flags, context))
        const { scheme } = corpus.scheme
        const sentences = labeledOnly(corpus, context)
        const pairs = predictCorpus(tagger, sentences, scheme)
        const scores = await scorePairs(pairs, { mode: flags.mode, scheme })
        const characters = flags.characters
          ? characterReport(await characterSpans(tagger, sentences))
          : undefined
        if (flags.json) context.print(`${JSON.stringify({ ...scores, ...(characters && { characters }) })}\n`)
        else {
          context.print(formatScores(scores, context.colors))
          if (characters)
            context.print(
              `\ncharacter accuracy ${formatPercent(characters.accuracy)}%\n${formatCharacterReport(characters, context.colors)}`,
            )
        }
      } finally {
        await tagger.release()
      }
    },
  )
}
