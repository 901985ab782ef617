// Sentences as they are written in chats, headlines and titles.

const SMALL = new Set('a an the and or but nor of in on at to by for from with as is'.split(' '))

const capitalized = word => word.charAt(0).toUpperCase() + word.slice(1)

const CASES = {
  lower: word => word.toLowerCase(),
  upper: word => word.toUpperCase(),
  // Headlines leave small words alone, and what has capitals already.
  title: (word, i) => (i > 0 && SMALL.has(word.toLowerCase()) ? word : capitalized(word)),
}

/** @param kind `lower`, `upper` or `title` */
export function changeCase(sentence, kind) {
  const change = CASES[kind]
  return { ...sentence, tokens: sentence.tokens.map(change) }
}
