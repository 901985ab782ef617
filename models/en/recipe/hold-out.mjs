// Which sentences the model never sees: whole documents, or blocks of sentences where a corpus marks no documents.

const EVERY = 12

/**
 * @param sentences in the order of the corpus
 * @param block sentences per block where there are no documents
 */
export function holdOut(sentences, block) {
  const places = new Map()
  const groupOf = (sentence, i) => {
    const key = block ? Math.floor(i / block) : (sentence.documentName ?? sentence.document)
    if (key === undefined) throw new Error('a corpus without documents needs blocks')
    if (!places.has(key)) places.set(key, places.size)
    return places.get(key)
  }
  const train = []
  const dev = []
  for (const [i, sentence] of sentences.entries())
    (groupOf(sentence, i) % EVERY === EVERY - 1 ? dev : train).push(sentence)
  return { train, dev }
}
