import { type CrfData, PARTS } from '../training-data.js'

/** A sentence by the names of its features and its tags. */
export interface PlainSentence {
  readonly features: readonly (readonly string[])[]
  readonly tags: readonly string[]
  readonly weight?: number
}

/** Training data made token by token, and what each weight is of: a feature and a tag. Every token is a bundle. */
export function plainData(sentences: readonly PlainSentence[], labels: readonly string[]) {
  const names = [...new Set(sentences.flatMap(({ features }) => features.flat()))]
  const tokens = sentences.flatMap(({ features }) => features)
  const gold = sentences.flatMap(({ tags }) => tags.map(tag => labels.indexOf(tag)))
  const ends = (lengths: readonly number[]) => {
    const all = new Int32Array(lengths.length + 1)
    lengths.forEach((length, i) => {
      all[i + 1] = all[i] + length
    })
    return all
  }
  const pairs = names.flatMap(name =>
    labels.flatMap((label, k) =>
      tokens.some((own, t) => own.includes(name) && gold[t] === k) ? [[name, label] as const] : [],
    ),
  )
  const starts = ends(sentences.map(({ tags }) => tags.length))
  const parts = Int32Array.from({ length: PARTS + 1 }, (_, i) => Math.floor((sentences.length * i) / PARTS))
  const data: CrfData = {
    tags: labels.length,
    features: names.length,
    sentences: starts,
    parts,
    tokens: Int32Array.from({ length: tokens.length + 1 }, (_, t) => t),
    bundlesOf: Int32Array.from(tokens, (_, t) => t),
    bundles: ends(tokens.map(own => own.length)),
    partBundles: parts.map(s => starts[s]),
    ids: Int32Array.from(tokens.flat(), name => names.indexOf(name)),
    gold: Int32Array.from(gold),
    weights: Float64Array.from(sentences, ({ weight = 1 }) => weight),
    first: ends(names.map(name => pairs.filter(([own]) => own === name).length)),
    stepBundles: new Int32Array(0),
    tagOf: Int32Array.from(pairs, ([, label]) => labels.indexOf(label)),
  }
  return { data, pairs }
}
