import { CorpusError } from '../corpus-error.js'
import type { FormatKind } from '../format-kind.js'

/** A document is two files, so `readSentences` reads it and `writeSentences` writes a folder of them: see `readBratPair`, `BratWriter`. */
export const bratFormat: FormatKind = {
  title: 'brat',
  extensions: ['ann'],
  fits: ({ written }) => written.some(line => /^T\d+\t\S+ \d+ \d+/.test(line)),
  options: ['offsets'],
  isFolder: true,
  read(_blocks, _options, context) {
    throw new CorpusError('corpus/format', {
      code: 'two-files',
      where: context.at(),
      expected: 'a text and its annotations, which are two files beside each other (.txt and .ann)',
      got: 'one stream',
      remedy: 'name the .ann file, or the folder',
    })
  },
}
