import { availableParallelism } from 'node:os'
import { option, say } from '../../base/fault.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import { formatCount } from '../../evaluate/format-number.js'
import { MOST_THREADS } from '../../recognize/arguments.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { mapTypes } from '../../tags/type-map.js'
import { type PipeSummary, pipeRecords } from '../../workflows/pipe/pipe-records.js'
import { typesAsAsked } from '../../workflows/type-map.js'
import type { AddCommand, CliContext } from '../context.js'
import { checkKept } from '../kept-fields.js'
import {
  coarseOption,
  countryOf,
  countryOption,
  fractionOption,
  mapOption,
  offsetsOption,
  optionError,
  wholeNumberOption,
} from '../options.js'
import { checkStandardInput } from '../text-pieces.js'

const EXAMPLE = `
Reads JSON lines from standard input and writes exactly one JSON line for each, in their order:
  {"id":7,"text":"Ada wrote."}  →  {"id":7,"offsets":"utf16","entities":[{"start":0,"end":3,"type":"PERSON",…}]}
  {"id":8,"text":null}          →  {"id":8,"error":"expected a text in \\"text\\", got null"}
Only a line feed ends a record. A record that cannot be read is answered with an error and ends nothing. Ids keep all their
digits. What is written last on standard error is one line with the number of records.

Examples:
  nerite pipe en < documents.jsonl > entities.jsonl
  nerite pipe runs/a --text-field body --id-field doc_id --keep lang date < documents.jsonl
  nerite pipe en --workers 8 --min-score 0.5 --offsets codepoint < documents.jsonl`

interface Flags {
  readonly country?: string
  readonly textField: string
  readonly idField: string
  readonly keep: readonly string[]
  readonly offsets: OffsetUnit
  readonly minScore: number
  readonly coarse: boolean
  readonly map?: readonly string[]
  readonly workers: number
  readonly scores: boolean
}

/** `nerite pipe`: tags JSON lines, one answer for each. */
export const addPipe: AddCommand = (program, context) => {
  program
    .command('pipe')
    .description('tag JSON lines from standard input, one line out for each line in')
    .argument(
      '<model>',
      'a run folder, an installed model such as en, an address, a rules file, or several: en+numbers',
    )
    .option('--text-field <name>', 'the field with the text', 'text')
    .option('--id-field <name>', 'the field that says which record it is', 'id')
    .option('--keep <fields...>', 'other fields that are copied', [])
    .addOption(offsetsOption('--offsets <unit>', 'unit of offsets').default('utf16'))
    .addOption(fractionOption('--min-score <score>', 'leave out entities that score less').default(0))
    .addOption(countryOption())
    .addOption(coarseOption("give entities the types of the model's coarse view"))
    .addOption(mapOption('give entities other types'))
    .addOption(
      wholeNumberOption(
        '--workers <n>',
        `threads that tag (this machine has ${availableParallelism()} cores)`,
        1,
        MOST_THREADS,
      ).default(1),
    )
    .option('--no-scores', 'leave out the scores, which take time')
    .addHelpText('after', EXAMPLE)
    .action(async (model: string, flags: Flags) => {
      checkFields(flags)
      checkStandardInput()
      const { workers, minScore, scores } = flags
      const tagger = await loadTagger(model, { workers, ...countryOf(flags), onNotice: context.log })
      const summary: PipeSummary = { records: 0, errors: 0 }
      try {
        const map = typesAsAsked(tagger.info, flags)
        const tag = async (text: string) =>
          scores
            ? mapTypes(await tagger.tag(text, { minScore }), map)
            : mapTypes(await tagger.tag(text, { scores }), map)
        if (process.stdin.isTTY) context.log('each line that you type is a record; Ctrl-D ends')
        for await (const lines of pipeRecords(process.stdin, tag, flags, summary)) {
          context.printData(lines)
          // The reader of the pipe may be slower than the tagger.
          await context.printed()
        }
      } finally {
        await tagger.release()
      }
      report(summary, context)
    })
}

function checkFields({ idField, textField, keep, scores, minScore }: Flags): void {
  if (!scores && minScore > 0)
    throw optionError('minScore', say`no ${option('noScores')} with it`, `${minScore}`)
  checkKept(keep)
  if (idField === textField)
    throw optionError('idField', say`another field than ${option('textField')}`, idField)
}

/** Short and whole: some engines keep only the last few hundred bytes. */
function report({ records, errors, first }: PipeSummary, { log, warn }: CliContext): void {
  const all = `${formatCount(records)} record${records === 1 ? '' : 's'}`
  if (!first) {
    log(`${all} tagged`)
    return
  }
  const share = errors === records ? `all of ${all} have` : `${formatCount(errors)} of ${all} have`
  warn(`${share} an error; the first is record ${formatCount(first.record)}: ${first.error.slice(0, 300)}`)
}
