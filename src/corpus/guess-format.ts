import { option, say } from '../base/fault.js'
import { FORMATS, type Format } from '../base/format-names.js'
import { hasTaggedColumns } from './conll/conll-format.js'
import { CorpusError } from './corpus-error.js'
import { foreignFormat } from './foreign-formats.js'
import { FORMAT_KINDS, formatOfName, GUESSED } from './formats.js'
import { HeadOfFile } from './head-of-file.js'
import type { LineBlock } from './split-lines.js'

/**
 * The format of a file from its name and its first lines. Where the name tells a format that others are within, the
 * content decides whether it is one of them.
 * @param lines without their CR
 * @throws CorpusError `corpus/format` if no format fits, or one that is not read
 */
export function guessFormat(source: string, lines: LineBlock): Format {
  const named = formatOfName(source)
  const head = new HeadOfFile(lines)
  if (head.written.length === 0) return named ?? 'conll'
  // A row of columns may begin with any token.
  const foreign = hasTaggedColumns(head.lines) ? undefined : foreignFormat(head)
  if (foreign)
    throw new CorpusError('corpus/format', {
      code: 'foreign-format',
      where: { file: source, line: 1 },
      expected: `a corpus in one of the formats ${FORMATS.join(', ')}`,
      got: foreign.title,
      remedy: foreign.remedy,
    })
  const found = GUESSED.find(
    name => (named === undefined || FORMAT_KINDS[name].within === named) && FORMAT_KINDS[name].fits(head),
  )
  if (found ?? named) return found ?? named ?? 'conll'
  throw new CorpusError('corpus/format', {
    code: 'unknown-format',
    where: { file: source, line: 1 },
    expected: `a corpus in one of the formats ${FORMATS.join(', ')}`,
    got: JSON.stringify(head.first.slice(0, 60)),
    remedy: say`if it is a corpus, choose its ${option('format')}`,
  })
}
