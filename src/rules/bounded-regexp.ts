/**
 * A regular expression whose quantifiers all have an upper bound, so that an attempt to match it reads a bounded part of the
 * text, wherever it begins and whatever the text is.
 * @throws Error for `*`, `+` and `{n,}`: the pattern is the program's own
 */
export function bounded(regExp: RegExp): RegExp {
  const bare = regExp.source.replace(/\\./gs, '.').replace(/\[[^\]]*\]/g, '.')
  const quantifier = /[*+]|\{\d+,\}/.exec(bare)
  if (quantifier !== null) throw new Error(`${quantifier[0]} has no upper bound in ${regExp.source}`)
  return regExp
}
