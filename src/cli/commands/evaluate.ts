import { formatPercent } from '../../evaluate/format-number.js'
import { formatCharacterReport, formatScores } from '../../evaluate/format-scores.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { formatSources } from '../../evaluate/source-tally.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { evaluateOn } from '../../workflows/node/evaluate-run.js'
import { parseTypeMap } from '../../workflows/type-map.js'
import type { AddCommand } from '../context.js'
import { coarseOption, countryOf, countryOption, mapOption, modeOption } from '../options.js'
import { formatRawScores } from '../raw-table.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite evaluate runs/a test.conll
  nerite evaluate runs/a test.conll --mode strict --json
  nerite evaluate runs/a test.conll --raw
  nerite evaluate en test.conll --map PERSON=PER,GPE=LOC,FAC=LOC
  nerite evaluate en test.conll --coarse
  nerite evaluate runs/characters test.conll --characters`

interface Flags extends ReadingFlags {
  readonly country?: string
  readonly mode: ScoreMode
  readonly json?: boolean
  readonly characters?: boolean
  readonly raw?: boolean
  readonly coarse: boolean
  readonly map?: readonly string[]
}

/** `nerite evaluate`: tags a labeled corpus and scores the result. */
export const addEvaluate: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('evaluate')
      .description('tag a labeled corpus with a model or rules and score the result')
      .argument(
        '<run>',
        'a run folder, an installed model such as en, an address, a rules file, or several: en+numbers',
      )
      .argument('<corpus>', 'labeled text')
      .addOption(modeOption())
      .option('--characters', 'also score single characters, for a tagger that labels characters')
      .option('--raw', "also tag the text by itself, without the corpus's tokens and sentences")
      .addOption(coarseOption("score the model's coarse view: fewer types, in the corpus too"))
      .addOption(mapOption('count types as others, predicted and gold'))
      .addOption(countryOption())
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (run: string, file: string, flags: Flags) => {
    const { print, printJson, colors } = context
    const tagger = await loadTagger(run, { ...countryOf(flags), onNotice: context.log })
    try {
      const options = {
        mode: flags.mode,
        characters: flags.characters,
        raw: flags.raw,
        coarse: flags.coarse,
        map: flags.map && parseTypeMap(flags.map),
        reading: toReadOptions(flags, context),
      }
      const { scores, fit, characters, raw, parts } = await evaluateOn(tagger, file, options)
      if (flags.json) {
        printJson({
          ...scores,
          ...(fit.entities > 0 && { fit }),
          ...(characters && { characters }),
          ...(raw && { raw }),
          ...parts,
        })
        return
      }
      print(formatScores(scores, colors))
      if (parts) print(`\n${formatSources(parts, colors)}`)
      if (characters)
        print(
          `\ncharacter accuracy ${formatPercent(characters.accuracy)}%\n${formatCharacterReport(characters, colors)}`,
        )
      if (raw) print(`\n${formatRawScores(scores, raw, colors)}`)
    } finally {
      await tagger.release()
    }
  })
}
