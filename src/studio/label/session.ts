/** What an annotator does with one document, as data: every key is a function from a session to the next. */
import type { Offsets, TextSpan } from '../../corpus/sentence.js'
import { firstEndingAfter, inOrder, overlaps, snapToTokens } from '../../label/label-document.js'
import { sameString } from '../../label/same-string.js'
import type { SuggestedEntity } from '../../label/suggestion.js'

export interface Session {
  readonly text: string
  readonly offsets: readonly Offsets[]
  /** What the annotator marked. */
  readonly entities: readonly TextSpan[]
  /** What is suggested and was neither accepted nor rejected; none overlaps an entity. */
  readonly suggested: readonly SuggestedEntity[]
  /** What is selected. A keyboard selection goes from `anchor` to `focus`, both included; they are tokens, or characters if free. */
  readonly selection: Selection | null
  /** The type that a mouse selection gets at once. */
  readonly sticky: string | null
  /** Earlier entities and suggestions, the latest last. */
  readonly history: readonly Pick<Session, 'entities' | 'suggested'>[]
  /** The string and type that were marked last, for its other places. */
  readonly last: { readonly text: string; readonly type: string } | null
}

export interface Selection extends Offsets {
  readonly anchor: number
  readonly focus: number
  /** Whether it may begin and end inside of tokens. */
  readonly free: boolean
}

/** @param given what is labeled already */
export function startSession(
  { text, offsets }: Pick<Session, 'text' | 'offsets'>,
  given: readonly TextSpan[],
  suggestions: readonly SuggestedEntity[],
  sticky: string | null = null,
): Session {
  const suggested = suggestions.filter(each => !given.some(entity => overlaps(entity, each)))
  return { text, offsets, entities: given, suggested, selection: null, sticky, history: [], last: null }
}

/** Moves the selection by tokens, or by characters if it is free. */
export function move(session: Session, step: 1 | -1, { extend = false, free = false } = {}): Session {
  const { offsets, text, selection } = session
  if (offsets.length === 0) return session
  const isFree = free || (extend && selection?.free === true)
  const limit = isFree ? text.length : offsets.length
  const unit = (place: number) =>
    isFree ? place : Math.min(firstEndingAfter(offsets, place), offsets.length - 1)
  const clamp = (at: number) => Math.min(limit - 1, Math.max(0, at))
  if (!selection) return select(session, step > 0 ? 0 : limit - 1, step > 0 ? 0 : limit - 1, isFree)
  const was = selection.free === isFree
  const anchor = was ? selection.anchor : unit(selection.start)
  const focus = was ? selection.focus : unit(selection.end - 1)
  const to = clamp(focus + step)
  return select(session, extend ? anchor : to, to, isFree)
}

function select(session: Session, anchor: number, focus: number, free: boolean): Session {
  const { offsets } = session
  const [low, high] = [Math.min(anchor, focus), Math.max(anchor, focus)]
  const [start, end] = free ? [low, high + 1] : [offsets[low].start, offsets[high].end]
  return { ...session, selection: { start, end, anchor, focus, free } }
}

/** Selects a range, as a mouse does: it snaps to tokens unless it is free. */
export function selectRange(session: Session, range: Offsets, free = false): Session {
  const { offsets, text } = session
  if (free) {
    const start = Math.max(0, Math.min(range.start, range.end))
    const end = Math.min(text.length, Math.max(range.start, range.end))
    if (start >= end) return session
    return { ...session, selection: { start, end, anchor: start, focus: end - 1, free: true } }
  }
  const snapped = snapToTokens(offsets, range)
  if (!snapped) return session
  const anchor = firstEndingAfter(offsets, snapped.start)
  const focus = firstEndingAfter(offsets, snapped.end - 1)
  return { ...session, selection: { ...snapped, anchor, focus, free: false } }
}

/** Goes to the next or the previous entity or suggestion. */
export function jump(session: Session, step: 1 | -1): Session {
  const { entities, suggested, selection } = session
  const places = [...entities, ...suggested].sort((a, b) => a.start - b.start)
  const at = selection?.start ?? (step > 0 ? -1 : Number.POSITIVE_INFINITY)
  const next = step > 0 ? places.find(({ start }) => start > at) : places.findLast(({ start }) => start < at)
  return next ? selectRange(session, next, !isWhole(session, next)) : session
}

function isWhole({ offsets }: Session, { start, end }: Offsets): boolean {
  const snapped = snapToTokens(offsets, { start, end })
  return snapped !== undefined && snapped.start === start && snapped.end === end
}

/** Marks the selection, or without one makes a type sticky. The same type again on an entity takes it away. */
export function applyType(session: Session, type: string): Session {
  const { selection, text } = session
  if (!selection) return { ...session, sticky: session.sticky === type ? null : type }
  const { start, end } = trimmed(text, selection)
  if (start >= end) return session
  const own = session.entities.find(entity => entity.start === start && entity.end === end)
  if (own?.type === type) return remove(session)
  return { ...mark(session, [{ start, end, type }]), last: { text: text.slice(start, end), type } }
}

/** White space at its edges belongs to no entity. */
function trimmed(text: string, { start, end }: Offsets): Offsets {
  const own = text.slice(start, end)
  return {
    start: start + (own.length - own.trimStart().length),
    end: end - (own.length - own.trimEnd().length),
  }
}

function mark(session: Session, added: readonly TextSpan[]): Session {
  return {
    ...remembered(session),
    entities: inOrder([...session.entities.filter(each => !overlapsAny(added, each)), ...added]),
    suggested: session.suggested.filter(each => !overlapsAny(added, each)),
  }
}

/** Whether one of many spans, in order and apart, overlaps another. */
function overlapsAny(spans: readonly Offsets[], { start, end }: Offsets): boolean {
  const at = firstEndingAfter(spans, start)
  return at < spans.length && spans[at].start < end
}

/** Takes away the entities and suggestions that the selection touches. */
export function remove(session: Session): Session {
  const { selection, entities, suggested } = session
  if (!selection) return session
  const rest = <Span extends Offsets>(spans: readonly Span[]) =>
    spans.filter(span => !overlaps(span, selection))
  const next = { ...remembered(session), entities: rest(entities), suggested: rest(suggested), last: null }
  return next.entities.length === entities.length && next.suggested.length === suggested.length
    ? session
    : next
}

/** Takes back the last change. @returns the same session if there is none */
export function undo(session: Session): Session {
  const before = session.history.at(-1)
  return before ? { ...session, ...before, history: session.history.slice(0, -1), last: null } : session
}

function remembered(session: Session): Session {
  const { entities, suggested, history } = session
  return { ...session, history: [...history, { entities, suggested }] }
}

/** The other places of the string that was marked last, which are not marked yet. */
export function otherPlaces({ text, last, entities }: Session): Offsets[] {
  if (!last) return []
  return sameString(text, last.text).filter(place => !overlapsAny(entities, place))
}

/** Marks the string that was marked last wherever else it stands. */
export function markOtherPlaces(session: Session): Session {
  const { last } = session
  const places = otherPlaces(session)
  if (!last || places.length === 0) return session
  return mark(
    session,
    places.map(({ start, end }) => ({ start, end, type: last.type })),
  )
}

/** Lets go of the selection, then of the sticky type. */
export function release(session: Session): Session {
  return session.selection ? { ...session, selection: null } : { ...session, sticky: null }
}

/** What is accepted: marked entities, and what is still suggested. */
export function acceptedEntities({ entities, suggested }: Session): TextSpan[] {
  return inOrder([...entities, ...suggested.map(({ start, end, type }) => ({ start, end, type }))])
}

/** What is accepted up to a place: what begins behind it is only marked, never suggested. */
export function acceptedUpTo(session: Session, place: number): TextSpan[] {
  return acceptedEntities({ ...session, suggested: session.suggested.filter(({ end }) => end <= place) })
}

/** What is suggested by several sources: the first that says something about a place counts. */
export function mergedSuggestions(lists: readonly (readonly SuggestedEntity[])[]): SuggestedEntity[] {
  const kept: SuggestedEntity[] = []
  for (const list of lists)
    for (const each of list) if (!kept.some(one => overlaps(one, each))) kept.push(each)
  return kept.sort((a, b) => a.start - b.start)
}
