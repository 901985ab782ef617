import { type Paint, textTableLines } from '../../evaluate/text-table.js'
import type { LearnedWeights } from '../../features/crf/strongest.js'
import { weightsOf } from '../../workflows/node/model-weights.js'
import type { AddCommand } from '../context.js'
import { wholeNumberOption } from '../options.js'

const EXAMPLE = `
A weight above 0 speaks for a tag, one below 0 against it.

Examples:
  nerite weights runs/crf
  nerite weights runs/crf --count 30 --json`

interface Flags {
  readonly count: number
  readonly json?: boolean
}

/** `nerite weights`: what a CRF learned. */
export const addWeights: AddCommand = (program, context) => {
  program
    .command('weights')
    .description('show what a CRF learned: its steps from tag to tag, and the strongest features of each tag')
    .argument('<run>', 'a run folder or model that was trained as a CRF')
    .addOption(
      wholeNumberOption('--count <number>', 'features of each tag, for it and against it', 1, 1000).default(
        10,
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, { count, json }: Flags) => {
      const found = await weightsOf(run, count)
      if (json) context.printJson(found)
      else context.print(formatWeights(found, count, context.colors))
    })
}

function formatWeights(
  { transitions, tags, steps: own }: LearnedWeights,
  count: number,
  paint: Paint,
): string {
  const steps = textTableLines(
    [{ heading: 'from', align: 'left' }, { heading: 'to', align: 'left' }, 'weight'],
    endsOf(transitions, count).map(({ from, to, weight }) => [from, to, weight.toFixed(3)]),
    paint,
  )
  const heading = (text: string) => paint.bold(text)
  const blocks = tags.map(({ tag, strongest, weakest }) => {
    const rows = [...strongest, ...[...weakest].reverse()].map(each => [each.feature, each.weight.toFixed(3)])
    return [
      heading(tag),
      ...textTableLines([{ heading: 'feature', align: 'left' }, 'weight'], rows, paint),
    ].join('\n')
  })
  const stepRows = [...own.strongest, ...[...own.weakest].reverse()]
  if (stepRows.length > 0)
    blocks.push(
      [
        heading('features of steps: the largest and smallest weights'),
        ...textTableLines(
          [
            { heading: 'from', align: 'left' },
            { heading: 'to', align: 'left' },
            { heading: 'feature', align: 'left' },
            'weight',
          ],
          stepRows.map(({ from, to, feature, weight }) => [from, to, feature, weight.toFixed(3)]),
          paint,
        ),
      ].join('\n'),
    )
  const title = `steps from tag to tag: the ${count} largest and smallest weights`
  return `${[[heading(title), ...steps].join('\n'), ...blocks].join('\n\n')}\n`
}

/** The first and the last of a list; all of a short one. */
function endsOf<Each>(list: readonly Each[], count: number): readonly Each[] {
  return list.length <= 2 * count ? list : [...list.slice(0, count), ...list.slice(-count)]
}
