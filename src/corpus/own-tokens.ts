import { tokenize } from '../text/tokenize.js'
import { projectEntities, taggedText } from './project-entities.js'
import { entitiesOfText, type RunningText, runningText, TextCollector } from './running-text.js'
import { lineOf, type Sentence } from './sentence.js'

/**
 * A corpus as running text in the tokens that a tagger finds in it, instead of the corpus's own: one record for each of
 * `runningTexts`. Entities keep their places in the text. Tags become BIO, and further columns are left out.
 */
export async function* inOwnTokens(
  sentences: AsyncIterable<Sentence> | Iterable<Sentence>,
): AsyncGenerator<Sentence> {
  const collector = new TextCollector()
  for await (const sentence of sentences) {
    const group = collector.add(sentence)
    if (group) yield* records(runningText(group))
  }
  const last = collector.take()
  if (last) yield* records(runningText(last))
}

function* records(running: RunningText): Generator<Sentence> {
  const { text, sentences } = running
  const [{ sentence: first }] = sentences
  const offsets = tokenize(text).map(({ start, end }) => ({ start, end }))
  if (offsets.length === 0) return
  const isLabeled = sentences.some(({ sentence: { tags } }) => tags.length > 0)
  const { document, documentName } = first
  const labeled = taggedText(text, offsets, projectEntities(entitiesOfText(running), offsets))
  yield {
    ...labeled,
    ...(!isLabeled && { tags: [] }),
    ...(document !== undefined && { document }),
    ...(documentName !== undefined && { documentName }),
    lines: linesOf(
      running,
      offsets.map(({ start }) => start),
    ),
  }
}

/** The source's line of each token, by where it starts. */
function linesOf({ sentences }: RunningText, starts: readonly number[]): number[] {
  let at = 0
  let token = 0
  return starts.map(start => {
    while (at + 1 < sentences.length && sentences[at + 1].offsets[0].start <= start) {
      at++
      token = 0
    }
    const { sentence, offsets } = sentences[at]
    while (token + 1 < offsets.length && offsets[token + 1].start <= start) token++
    return lineOf(sentence, token)
  })
}
