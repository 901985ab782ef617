/** What the server's own endpoint says of a text: the one that every other client uses. */
import { get, post, Refusal } from '../api.js'

/** Readings of each sentence. */
const READINGS = 5

export interface FoundEntity {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly text: string
  readonly score: number
  readonly source?: string
}

export interface FoundReading {
  readonly probability: number
  readonly entities: readonly FoundEntity[]
}

export interface FoundSentence {
  readonly start: number
  readonly end: number
  readonly tokens: readonly { readonly start: number; readonly end: number; readonly text: string }[]
  readonly tags: readonly string[]
  readonly readings?: readonly FoundReading[]
  /** By token, then by tag of the model. */
  readonly probabilities?: readonly (readonly number[])[]
  readonly attention?: readonly AttentionHead[]
}

export interface AttentionHead {
  readonly name: string
  readonly weights: readonly (readonly number[])[]
}

export interface FoundText {
  readonly entities: readonly FoundEntity[]
  readonly sentences?: readonly FoundSentence[]
}

export interface ServedModel {
  readonly name: string
  /** `neural`, `crf`, `rules` … */
  readonly kind: string
  readonly types: readonly string[]
  /** Of a trained tagger, which has probabilities. */
  readonly tags?: readonly string[]
}

interface Answer {
  /** Columns of `probabilities`. */
  readonly tags?: readonly string[]
  readonly results: readonly FoundText[]
}

export async function servedModels(): Promise<readonly ServedModel[]> {
  return (await get<{ models: ServedModel[] }>('/v1/models')).models
}

/** What a model finds in a text, with readings and probabilities where it has them. @throws Refusal */
export async function tagText(
  { name, kind, tags: hasTags }: ServedModel,
  text: string,
  signal: AbortSignal,
): Promise<FoundText & { tags: readonly string[] }> {
  const ask = (more: object) => post<Answer>('/v1/entities', { model: name, text, ...more }, 'POST', signal)
  if (
    kind !== 'combination' &&
    kind !== 'rules' &&
    hasTags !== undefined &&
    !plain.has(name) &&
    text.length <= DETAILED
  ) {
    try {
      const { tags = [], results } = await ask({ readings: READINGS, probabilities: true, attention: true })
      return { ...results[0], tags }
    } catch (error) {
      if (!(error instanceof Refusal) || ![413, 422].includes(error.status)) throw error
      if (error.status === 422) plain.add(name)
    }
  }
  return { ...(await ask({})).results[0], tags: [] }
}

/** Characters of a text whose tags are shown one by one. */
const DETAILED = 5_000
/** Models that turned out to have no probabilities. */
const plain = new Set<string>()
