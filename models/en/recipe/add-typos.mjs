// Slips of the fingers: two letters in the wrong order, one left out, one twice, or a capital forgotten.

const SLIPS = [
  (word, at) => word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2),
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at + 1) + word.slice(at),
  word => word.toLowerCase(),
]

/** Changes one word in eight, of those with at least four letters. */
export function addTypos(sentence, random) {
  const tokens = sentence.tokens.map(word => {
    if (word.length < 4 || !/^\p{L}+$/u.test(word) || random.below(8) > 0) return word
    const slip = SLIPS[random.below(SLIPS.length)]
    return slip(word, 1 + random.below(word.length - 2))
  })
  return { ...sentence, tokens }
}
