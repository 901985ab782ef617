/** How well the tokens and sentences that a tagger finds in a text fit the entities of its annotators. */
import { type FilePlace, formatPlace, type Message, type Note, say, verb } from '../base/fault.js'
import { plural } from '../base/plural.js'
import { beginnings } from './cut-sentences.js'
import { projectEntities } from './project-entities.js'
import { type Offsets, placeOf, type Sentence } from './sentence.js'
import { textEntities, textOf } from './sentence-text.js'

/** An entity that no tagger of our tokens and sentences can find as it is. */
export interface UnfitEntity {
  readonly kind: 'in-token' | 'across-sentences'
  readonly where: FilePlace
  readonly type: string
  readonly text: string
  /** Its range of the sentence's text. */
  readonly range: Offsets
  /** The tokens that it touches. */
  readonly tokens: readonly string[]
  /** Whether these tokens are tagged as the entity, so that a tagger learns them. */
  readonly isTagged: boolean
}

/** Counts of the entities in running text. */
export interface EntityFit {
  readonly entities: number
  /** They begin or end inside a token. */
  readonly inToken: number
  /** Those of them that are tagged as the tokens that they touch; the others have no tag. */
  readonly tagged: number
  /** They begin in one sentence of the text and end in another. */
  readonly acrossSentences: number
  /** They begin where a token begins and end one character before one ends. */
  readonly oneShort: number
  /** Whether so many end one character early that all ends must be meant as inclusive. */
  readonly endsAreInclusive: boolean
  /** All that do not fit; empty where they were passed on one by one. */
  readonly unfit: readonly UnfitEntity[]
}

/** Examples of each kind in a message. */
const SHOWN = 3
/** From this many, and this share of all entities, ends that are one short are no accident. */
const FEWEST_SHORT = 3
const SHARE_SHORT = 0.5

/**
 * Counts the entities of running text that no tagger can find as they are. Sentences of tokens without a text always fit.
 *
 * @example
 * const counter = new EntityFitCounter('train.jsonl')
 * for await (const sentence of readSentences('train.jsonl')) counter.add(sentence)
 * counter.result().inToken
 */
export class EntityFitCounter {
  private readonly unfit: UnfitEntity[] = []
  private entities = 0
  private inToken = 0
  private tagged = 0
  private acrossSentences = 0
  private oneShort = 0

  /** @param onUnfit receives every entity that does not fit; without it, all are kept for the result */
  constructor(
    private readonly file: string,
    private readonly onUnfit?: (entity: UnfitEntity) => void,
  ) {}

  add(sentence: Sentence): void {
    if (sentence.text === undefined || sentence.offsets === undefined) return
    const { text, offsets } = textOf(sentence)
    const entities = textEntities(sentence, { text, offsets })
    this.entities += entities.length
    if (entities.length === 0) return
    const starts = beginnings(sentence)
    let next = 0
    for (const { entity, start, end, isExact, isTagged } of projectEntities(entities, offsets)) {
      while (next < starts.length && starts[next] <= start) next++
      const crosses = next < starts.length && starts[next] < end
      if (isExact && !crosses) continue
      const last = offsets[end - 1]
      if (isExact) this.acrossSentences++
      else {
        this.inToken++
        if (isTagged) this.tagged++
        if (entity.start === offsets[start].start && isOneCharacter(text.slice(entity.end, last.end)))
          this.oneShort++
      }
      this.take({
        kind: isExact ? 'across-sentences' : 'in-token',
        where: placeOf(sentence, start, this.file),
        type: entity.type,
        text: text.slice(entity.start, entity.end),
        range: { start: entity.start, end: entity.end },
        tokens: sentence.tokens.slice(start, end),
        isTagged,
      })
    }
  }

  result(): EntityFit {
    const { entities, inToken, tagged, acrossSentences, oneShort, unfit } = this
    const endsAreInclusive = oneShort >= FEWEST_SHORT && oneShort >= SHARE_SHORT * entities
    return { entities, inToken, tagged, acrossSentences, oneShort, endsAreInclusive, unfit }
  }

  private take(entity: UnfitEntity): void {
    if (this.onUnfit) this.onUnfit(entity)
    else this.unfit.push(entity)
  }
}

/** The counts of some sentences. @param file their file, for examples */
export function entityFit(file: string, sentences: Iterable<Sentence>): EntityFit {
  const counter = new EntityFitCounter(file)
  for (const sentence of sentences) counter.add(sentence)
  return counter.result()
}

/** An entity that does not fit, in words: `"Tokyo" (LOC) in the token Tokyo-based`. */
export function describeUnfit({ kind, type, text, tokens }: UnfitEntity): string {
  const whole = `${JSON.stringify(text)} (${type})`
  if (kind === 'across-sentences') return `${whole} in two sentences`
  return `${whole} in the ${plural(tokens.length, 'token')} ${tokens.join(' ')}`
}

/** What the user should know of a corpus in which some entities do not fit. @param purpose what it is read for */
export function fitNotes(path: string, fit: EntityFit, purpose: 'training' | 'scoring'): Note[] {
  const { entities, inToken, tagged, acrossSentences, oneShort, endsAreInclusive } = fit
  const note = (code: string, message: Message): Note => ({ code, where: { file: path }, message })
  const notes: Note[] = []
  if (endsAreInclusive)
    notes.push(
      note(
        'inclusive-ends',
        say`${share(oneShort, entities)} ${oneShort === 1 ? 'ends' : 'end'} one character before the end of a word: ${INCLUSIVE_REMEDY}`,
      ),
    )
  if (inToken > (endsAreInclusive ? oneShort : 0))
    notes.push(
      note(
        'entities-in-tokens',
        say`${share(inToken, entities)} ${inToken === 1 ? 'begins or ends' : 'begin or end'} inside a token, so no tagger can find ${inToken === 1 ? 'it as it is' : 'them as they are'}; ${
          purpose === 'scoring'
            ? 'each counts as missed'
            : `in training, ${tagged} ${tagged === 1 ? 'counts' : 'count'} as the whole tokens and ${inToken - tagged} as no entity`
        } (${examplesOf(fit, 'in-token')}). Move ${inToken === 1 ? 'its' : 'their'} edges to the edges of words; ${verb('corpus check', [path])} lists ${inToken === 1 ? 'it' : 'them'}`,
      ),
    )
  if (acrossSentences > 0)
    notes.push(
      note(
        'entities-across-sentences',
        say`${share(acrossSentences, entities)} ${acrossSentences === 1 ? 'begins' : 'begin'} in one sentence of the text and ${acrossSentences === 1 ? 'ends' : 'end'} in another, so no tagger can find ${acrossSentences === 1 ? 'it as it is' : 'them as they are'}${purpose === 'scoring' ? '; each counts as missed' : ''} (${examplesOf(fit, 'across-sentences')})`,
      ),
    )
  return notes
}

/** What to do about ends that are one short. */
export const INCLUSIVE_REMEDY =
  'the ends seem to be inclusive, but here they are the offset after the last character. Add 1 to each end'

function share(count: number, all: number): string {
  return `${count} of ${all} ${all === 1 ? 'entity' : 'entities'} (${((100 * count) / all).toFixed(1)}%)`
}

function examplesOf({ unfit, inToken, acrossSentences }: EntityFit, kind: UnfitEntity['kind']): string {
  const shown = unfit.filter(each => each.kind === kind).slice(0, SHOWN)
  const rest = (kind === 'in-token' ? inToken : acrossSentences) - shown.length
  const listed = shown.map(each => `${formatPlace(each.where)}: ${describeUnfit(each)}`)
  return [...listed, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

function isOneCharacter(text: string): boolean {
  return text !== '' && [...text].length === 1
}
