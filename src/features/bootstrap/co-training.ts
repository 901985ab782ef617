/**
 * DL-CoTrain (Collins & Singer 1999, §3.1): two decision lists, one over spelling and one over context, label the candidates for
 * each other. The first has the seeds alone. In every round each list takes more rules: for each type the most frequent ones
 * that are sure enough.
 */
import type { Views } from './views.js'

export interface CoTrainingSettings {
  /** Rules for each type that a list may have more in every round. */
  readonly rulesPerRound: number
  /** Rounds, at most; it ends before where no list changes. */
  readonly rounds: number
  /** What a rule must be sure of. */
  readonly confidence: number
  /** Added to every count, as if each type had been seen so often. */
  readonly smoothing: number
  /** What a rule of the final list must be sure of. */
  readonly finalConfidence: number
  /** How many labeled candidates it must hold for. */
  readonly minCount: number
}

/** What a feature says: a type by number, and how sure that is. */
export interface Rule {
  readonly feature: string
  readonly type: number
  /** 0 to 1. */
  readonly confidence: number
}

/** Rounds that were made, and how many candidates had a label after each. */
export interface CoTraining {
  readonly rules: readonly Rule[]
  readonly labeled: readonly number[]
}

interface View {
  /** Features by number. */
  readonly names: readonly string[]
  /** Of each candidate. */
  readonly features: readonly Int32Array[]
}

/** By feature: the type and the confidence of its rule; −1 without one. */
interface DecisionList {
  readonly types: Int32Array
  readonly confidences: Float64Array
}

/** A seed is never in doubt. */
const SEED_CONFIDENCE = 0.9999

/**
 * @param types how many there are, "no type" among them if there are seeds of it
 * @param seeds types by feature of a spelling
 */
export function coTrain(
  candidates: readonly Views[],
  seeds: ReadonlyMap<string, number>,
  types: number,
  settings: CoTrainingSettings,
): CoTraining {
  const spelling = viewOf(candidates.map(own => own.spelling))
  const context = viewOf(candidates.map(own => own.context))
  const withSeeds = (list: DecisionList) => {
    spelling.names.forEach((name, f) => {
      const type = seeds.get(name)
      if (type === undefined) return
      list.types[f] = type
      list.confidences[f] = SEED_CONFIDENCE
    })
    return list
  }
  let ofSpelling = withSeeds(emptyList(spelling))
  let ofContext = emptyList(context)
  const labeled: number[] = []
  for (let round = 1; round <= settings.rounds; round++) {
    const most = round * settings.rulesPerRound
    const limits = { ...settings, types, most, minCount: 1 }
    ofContext = induce(context, labelsBy(spelling, ofSpelling), limits)
    const next = withSeeds(induce(spelling, labelsBy(context, ofContext), limits))
    const isSame = next.types.every((type, f) => type === ofSpelling.types[f])
    ofSpelling = next
    labeled.push(labelsBy(spelling, ofSpelling).filter(label => label >= 0).length)
    if (isSame && labeled.at(-1) === labeled.at(-2)) break
  }
  // The final list is learned from what both lists say together, with all rules that are sure enough.
  const labels = labelsTogether([spelling, ofSpelling], [context, ofContext])
  const { finalConfidence: confidence } = settings
  const limits = { ...settings, confidence, types, most: Number.POSITIVE_INFINITY }
  const final = [withSeeds(induce(spelling, labels, limits)), induce(context, labels, limits)]
  const rules = [spelling, context].flatMap(({ names }, v) =>
    names.flatMap((feature, f) => {
      const type = final[v].types[f]
      return type < 0 ? [] : [{ feature, type, confidence: final[v].confidences[f] }]
    }),
  )
  // Names that the text lacks are known all the same.
  const known = new Set(spelling.names)
  const others = [...seeds].flatMap(([feature, type]) =>
    known.has(feature) ? [] : [{ feature, type, confidence: SEED_CONFIDENCE }],
  )
  return { rules: [...rules, ...others], labeled }
}

/** The rules that hold for labeled candidates. */
function induce(
  { names, features }: View,
  labels: Int32Array,
  {
    types,
    most,
    confidence,
    smoothing,
    minCount,
  }: CoTrainingSettings & { readonly types: number; readonly most: number },
): DecisionList {
  const counts = new Float64Array(names.length * types)
  labels.forEach((label, c) => {
    if (label >= 0) for (const f of features[c]) counts[f * types + label]++
  })
  const byType = Array.from({ length: types }, () => [] as { f: number; count: number; sure: number }[])
  for (let f = 0; f < names.length; f++) {
    let [all, best] = [0, 0]
    for (let type = 0; type < types; type++) {
      all += counts[f * types + type]
      if (counts[f * types + type] > counts[f * types + best]) best = type
    }
    const count = counts[f * types + best]
    const sure = (count + smoothing) / (all + types * smoothing)
    if (count >= minCount && sure > confidence) byType[best].push({ f, count, sure })
  }
  const list = emptyList({ names, features })
  byType.forEach((own, type) => {
    own.sort((a, b) => b.count - a.count || a.f - b.f)
    for (const { f, sure } of own.slice(0, most)) {
      list.types[f] = type
      list.confidences[f] = sure
    }
  })
  return list
}

/** What the surest rule says of each candidate; −1 where there is none. */
function labelsBy(view: View, list: DecisionList): Int32Array {
  return labelsTogether([view, list])
}

function labelsTogether(...views: readonly (readonly [View, DecisionList])[]): Int32Array {
  return Int32Array.from(views[0][0].features, (_, c) => {
    let [label, most] = [-1, 0]
    for (const [{ features }, { types, confidences }] of views)
      for (const f of features[c])
        if (types[f] >= 0 && confidences[f] > most) {
          label = types[f]
          most = confidences[f]
        }
    return label
  })
}

function viewOf(candidates: readonly (readonly string[])[]): View {
  const ids = new Map<string, number>()
  const features = candidates.map(own =>
    Int32Array.from(own, name => {
      const id = ids.get(name) ?? ids.size
      ids.set(name, id)
      return id
    }),
  )
  return { names: [...ids.keys()], features }
}

function emptyList({ names }: View): DecisionList {
  return { types: new Int32Array(names.length).fill(-1), confidences: new Float64Array(names.length) }
}
