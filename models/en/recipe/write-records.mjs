// A corpus as JSON records of tokens, which name what is not labeled.
import { writeFileSync } from 'node:fs'

/** @param sentences with BIO tags; `known`: ranges of labeled tokens, absent if all are */
export function writeRecords(file, sentences) {
  const lines = sentences.map(({ tokens, tags, known, document, text, offsets }) =>
    JSON.stringify({
      tokens,
      tags,
      ...(known && { annotated: known }),
      ...(document !== undefined && { document }),
      ...(text !== undefined &&
        offsets !== undefined && {
          text,
          tokenOffsets: offsets.map(({ start, end }) => [start, end]),
          offsets: 'utf16',
        }),
    }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
}
