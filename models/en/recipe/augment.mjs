// Which sentences get a changed copy, and how it is changed.
import { addTypos } from './add-typos.mjs'
import { changeCase } from './change-case.mjs'
import { swapNames } from './swap-names.mjs'

/** Share of the sentences that get such a copy. */
export const SHARES = { lower: 0.12, upper: 0.05, title: 0.06, swap: 0.15, typos: 0.05 }

/**
 * The sentences, each followed by its changed copy if it gets one. Sentences without names get only copies in another
 * case.
 * @param names of `collectNames`
 */
export function* augmented(sentences, names, random, shares = SHARES) {
  for (const sentence of sentences) {
    yield sentence
    const kind = choose(shares, random)
    if (kind === undefined) continue
    if (kind === 'swap') {
      if (sentence.tags.some(tag => tag !== 'O')) yield swapNames(sentence, names, random)
    } else if (kind === 'typos') yield addTypos(sentence, random)
    else yield { ...changeCase(sentence, kind), isCaseChanged: true }
  }
}

function choose(shares, random) {
  let left = random.float()
  for (const [kind, share] of Object.entries(shares)) {
    left -= share
    if (left < 0) return kind
  }
  return undefined
}
