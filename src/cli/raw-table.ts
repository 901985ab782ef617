import { formatCount, formatPercent } from '../evaluate/format-number.js'
import { countCells, PRF, prfCells } from '../evaluate/format-scores.js'
import type { Scores } from '../evaluate/scores.js'
import { type Paint, textTable } from '../evaluate/text-table.js'
import type { RawScores } from '../report/node/raw-scores.js'

/** The scores on a corpus's own tokens beside those on its text alone. */
export function formatRawScores({ exact }: Scores, raw: RawScores, paint: Paint): string {
  const row = (name: string, { micro }: Scores['exact']) => [
    name,
    ...prfCells(micro, paint),
    ...countCells(micro),
  ]
  const table = textTable(
    ['exact match', ...PRF, 'gold', 'predicted', 'correct'],
    [
      row('on given tokens', exact),
      row('on raw text', raw.exact),
      ['difference', '', '', signed(raw.difference), '', '', ''],
    ],
    paint,
  )
  return `${table}${textsOf(raw)}\n`
}

function signed(difference: number | null): string {
  return difference !== null && difference > 0 ? `+${formatPercent(difference)}` : formatPercent(difference)
}

/** Where the texts come from. */
function textsOf({ texts, sentences, detokenized }: RawScores): string {
  const size = `${formatCount(sentences)} sentences in ${formatCount(texts)} ${texts === 1 ? 'text' : 'texts'}`
  if (detokenized === 0) return size
  const which =
    detokenized === sentences ? 'the texts are' : `the text of ${formatCount(detokenized)} sentences is`
  return `${size}; ${which} put together from tokens, so the score is an estimate`
}
