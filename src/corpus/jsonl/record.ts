import { isRecord, isStrings } from '../../base/json-types.js'
import { isPlainTag, isPlainType } from '../../tags/scheme.js'
import type { SoftTag } from '../../tags/soft-tags.js'
import { refuse } from '../read-context.js'
import type { ReadingUnit } from '../read-options.js'
import { parseSoft } from './soft.js'

/** An entity of a record: a half-open range of its text, and a type. */
export interface TextEntity {
  readonly start: number
  readonly end: number
  readonly type: string
  /** What the record says that the range holds: must be so (`text`), or may be (`name`, which may be another name). */
  readonly text?: string
  readonly name?: string
}

/** A range and what the record says that it holds. */
export interface Witness {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What both kinds of records may have. */
interface RecordBase {
  readonly document?: string | number
  readonly columns?: Readonly<Record<string, readonly string[]>>
  readonly unit?: ReadingUnit
  /** The only parts that are labeled, besides the entities: ranges of the text, or of the tokens. */
  readonly annotated?: readonly (readonly [number, number])[]
  /** The only types that are marked wherever they occur. */
  readonly types?: readonly string[]
  /** Whether the annotator rejected the record (Prodigy's `answer`), so that its labels must not be learned. */
  readonly isRejected: boolean
  /** Keys that are not read. */
  readonly unread: readonly string[]
  /** What the record has besides: those keys with their values, and others that say nothing of its text and labels. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Keys of entities that are not read. */
  readonly entityKeys?: readonly string[]
  /** One of these that looks like labels, in a record of which no labels are read. */
  readonly ignoredLabels?: string
}

export interface TextRecord extends RecordBase {
  readonly kind: 'text'
  readonly text: string
  /** `undefined` in unlabeled text. */
  readonly entities?: readonly TextEntity[]
  /** Tokens with offsets and text, which show the unit of the offsets (Prodigy). */
  readonly witnesses: readonly Witness[]
  /** What an export calls the text where each annotator has a record of it. */
  readonly task?: string | number
  /** Whether the record was made by a Python program, whose offsets count code points. */
  readonly isPython: boolean
}

export interface TokenRecord extends RecordBase {
  readonly kind: 'tokens'
  readonly tokens: readonly string[]
  /** As long as `tokens`, or empty in unlabeled text. */
  readonly tags: readonly string[]
  readonly soft?: readonly SoftTag[]
  readonly text?: string
  readonly tokenOffsets?: readonly (readonly [number, number])[]
}

/** A record of text that a tool's own form stands for. */
export function textRecord(
  text: string,
  entities: readonly TextEntity[] | undefined,
  more: Partial<TextRecord> = {},
): TextRecord {
  return {
    kind: 'text',
    text,
    ...(entities && { entities }),
    witnesses: [],
    isPython: false,
    isRejected: false,
    unread: [],
    ...more,
  }
}

/** What a record has besides what is read. @param read keys of what is */
export function fieldsBesides(
  value: Readonly<Record<string, unknown>>,
  read: readonly string[],
): Pick<TextRecord, 'fields'> {
  const others = Object.entries(value).filter(([key]) => !read.includes(key))
  return others.length > 0 ? { fields: Object.fromEntries(others) } : {}
}

/** @throws RowError for no string */
export function parseText(value: unknown, name: string): string {
  return typeof value === 'string' ? value : refuse('bad-record', `${name} as a string`, value)
}

/** @throws RowError for what is no entity */
export function parseEntity(start: unknown, end: unknown, type: unknown, each: unknown): TextEntity {
  if (!isWhole(start) || !isWhole(end) || typeof type !== 'string' || type === '')
    return refuse('bad-entity', 'an entity with whole numbers for its range, and a name of its type', each)
  if (!isPlainType(type))
    return refuse('bad-type', 'a type without white space around it', JSON.stringify(type))
  return { start, end, type }
}

/** Keys of a record's entities; the first present one counts: ours, Prodigy's, doccano's (new, old), spaCy's, others'. */
const ENTITY_KEYS = ['entities', 'spans', 'label', 'labels', 'ents', 'annotations', 'annotation'] as const
/** Keys of a record's tags: ours, Hugging Face's, others'. */
const TAG_KEYS = ['tags', 'ner_tags', 'labels'] as const
/** Keys that only Prodigy writes. */
const PRODIGY_KEYS = ['_input_hash', '_task_hash', '_view_id'] as const
/** Values of Prodigy's `answer`. */
const ANSWERS = ['accept', 'reject', 'ignore'] as const

/**
 * Checks a record: `{"text","entities":[{"start","end","type"}]}` or `{"tokens","tags"}`. The key of the entities may
 * also be `spans`, `label`, `labels`, `ents`, `annotations` or `annotation`, that of the tags `ner_tags` or `labels`;
 * `annotations` may be an object with the `entities`. `null` is like no value. An entity may have `label` or `labels: [type]`
 * for its type and `start_offset` and `end_offset` or `span: [start, end]` for its range, or be a triple
 * `[start, end, "PER"]`. A record may be a pair of the text and an object with the rest (spaCy 2's training data).
 * @throws RowError
 */
export function parseRecord(value: unknown): TextRecord | TokenRecord {
  if (isPairRecord(value)) {
    const record = parseRecord({ ...value[1], text: value[0] })
    return record.kind === 'text' ? { ...record, isPython: true } : record
  }
  if (!isRecord(value)) return refuse('bad-record', 'a record as a JSON object', value)
  const isTokens = isStrings(value.tokens)
  const tagKey = TAG_KEYS.find(key => isThere(value[key])) ?? 'tags'
  const entityKey = isTokens ? undefined : ENTITY_KEYS.find(key => isThere(value[key]))
  const used = new Set([
    'text',
    'document',
    'columns',
    'offsets',
    ...(Array.isArray(value.annotated) ? ['annotated'] : []),
    ...(isStrings(value.types) ? ['types'] : []),
    ...(ANSWERS.some(answer => answer === value.answer) ? ['answer'] : []),
    ...(isTokens
      ? ['tokens', tagKey, 'tokenOffsets', ...(isThere(value.soft) ? ['soft'] : [])]
      : [entityKey ?? '']),
  ])
  const repeated = entityKey === undefined ? [] : sameEntities(value, entityKey)
  for (const key of repeated) used.add(key)
  const witnesses = isTokens ? [] : witnessesIn(value.tokens)
  if (witnesses.length > 0) used.add('tokens')
  const unread = Object.keys(value).filter(key => !used.has(key) && isThere(value[key]))
  const isBareText = isTokens && isThere(value.text) && !isThere(value.tokenOffsets)
  const isField = (key: string) => !used.has(key) || key === 'answer' || (key === 'text' && isBareText)
  const fields = Object.fromEntries(Object.entries(value).filter(([key]) => isField(key)))
  const labels = isTokens ? value[tagKey] : entityKey && listIn(value[entityKey])
  const hasLabels = isTokens ? isThere(labels) : Array.isArray(labels) && labels.length > 0
  const ignoredLabels = hasLabels
    ? undefined
    : unread.find(key => looksLikeLabels(key, value[key], isTokens ? (value.tokens as string[]).length : -1))
  const base = {
    ...(ignoredLabels !== undefined && { ignoredLabels }),
    ...(isThere(value.document) && { document: parseDocument(value.document) }),
    ...(isThere(value.columns) && { columns: parseColumns(value.columns) }),
    ...(isThere(value.offsets) && { unit: parseUnit(value.offsets) }),
    ...(Array.isArray(value.annotated) && { annotated: parseRanges(value.annotated) }),
    ...(isStrings(value.types) && { types: value.types }),
    isRejected: value.answer === 'reject' || value.answer === 'ignore',
    unread,
    ...(Object.keys(fields).length > 0 && { fields }),
  }
  if (isTokens) return { kind: 'tokens', ...base, ...parseTokens(value, value.tokens as string[], tagKey) }
  if (typeof value.text !== 'string') {
    const got = !isThere(value.tokens) ? `keys ${Object.keys(value).join(', ') || 'none'}` : value.tokens
    return refuse('bad-record', '"text" (a string) or "tokens" (a list of strings)', got)
  }
  const entities = entityKey === undefined ? undefined : listIn(value[entityKey])
  const entityKeys = furtherKeys(entities)
  return {
    kind: 'text',
    ...base,
    ...(entityKeys.length > 0 && { entityKeys }),
    witnesses,
    isPython: PRODIGY_KEYS.some(key => isThere(value[key])) || isPythonList(entityKey, entities),
    text: value.text,
    ...(entities !== undefined && { entities: parseEntities(entities, entityKey ?? 'entities') }),
  }
}

/** Other keys with the same entities as those under a key. @throws RowError for others that are not the same */
function sameEntities(value: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  const isFilled = (list: unknown) => Array.isArray(list) && list.length > 0 && list.every(isRangeWithType)
  const first = listIn(value[key])
  if (!isFilled(first)) return []
  const others = ENTITY_KEYS.filter(other => other !== key && isFilled(listIn(value[other])))
  for (const other of others)
    if (setOf(listIn(value[other]), other) !== setOf(first, key))
      refuse(
        'several-entity-lists',
        `the same entities under ${JSON.stringify(key)} and ${JSON.stringify(other)}, or one of them`,
        `${JSON.stringify(first)} and ${JSON.stringify(listIn(value[other]))}`,
        'remove or rename the one that must not be read',
      )
  return others
}

/** Entities as one string, whatever their order. */
function setOf(list: unknown, key: string): string {
  const ranges = parseEntities(list, key).map(({ start, end, type }) => JSON.stringify([start, end, type]))
  return [...new Set(ranges)].sort().join()
}

/** What entities have besides their range and type, and what only repeats these. */
function furtherKeys(entities: unknown): readonly string[] {
  if (!Array.isArray(entities)) return []
  return [...new Set(entities.flatMap(each => (isRecord(each) ? Object.keys(each) : [])))].filter(
    key => !READ_OF_ENTITIES.includes(key),
  )
}

const READ_OF_ENTITIES: readonly string[] = [
  ...['start', 'end', 'start_offset', 'end_offset', 'span', 'type', 'label', 'labels', 'text', 'name'],
  // They say the range again, in tokens.
  ...['token_start', 'token_end'],
]

/** Ranges in another form must not be passed over: what they leave out would be learned as no entity. */
function parseRanges(value: readonly unknown[]): readonly (readonly [number, number])[] {
  return value.every(isOffsetPair)
    ? value
    : refuse('annotated', '"annotated" as a list of pairs [start, end] of whole numbers', value)
}

/** `annotations` may be an object that holds the list. */
function listIn(value: unknown): unknown {
  return isRecord(value) && isThere(value.entities) ? value.entities : value
}

/** The shapes of Prodigy's spans, doccano's labels and spaCy's `ents`. */
function isPythonList(key: string | undefined, entities: unknown): boolean {
  if (!Array.isArray(entities) || entities.length === 0) return false
  if (key === 'ents') return true
  return entities.every(each =>
    isRecord(each)
      ? isThere(each.token_start) || isThere(each.start_offset)
      : Array.isArray(each) && (key === 'label' || key === 'labels'),
  )
}

function witnessesIn(tokens: unknown): Witness[] {
  if (!Array.isArray(tokens)) return []
  return tokens.flatMap(token => {
    if (!isRecord(token)) return []
    const { text, start, end } = token
    return typeof text === 'string' && isWhole(start) && isWhole(end) ? [{ text, start, end }] : []
  })
}

/** Nobody nests labels deeper. */
const DEEPEST_LABELS = 20

/** @param tokens how many tokens the record has; −1 if it is text */
function looksLikeLabels(key: string, value: unknown, tokens: number, depth = 0): boolean {
  if (isRecord(value))
    return (
      depth < DEEPEST_LABELS &&
      Object.entries(value).some(([name, each]) => looksLikeLabels(name, each, tokens, depth + 1))
    )
  if (!Array.isArray(value) || value.length === 0) return false
  if (value.some(isRangeWithType)) return true
  // A list for each annotator.
  if (value.some(each => Array.isArray(each) && each.some(isRangeWithType))) return true
  if (value.length !== tokens || /pos|chunk|lemma/i.test(key)) return false
  if (value.every(isWhole)) return /ner|tag|label|iob|bio/i.test(key)
  return isStrings(value) && value.every(isPlainTag) && value.some(tag => /^[BI]-/.test(tag))
}

function isRangeWithType(each: unknown): boolean {
  if (Array.isArray(each))
    return each.length >= 3 && each.filter(isWhole).length >= 2 && each.some(part => typeof part === 'string')
  if (!isRecord(each)) return false
  if (Array.isArray(each.result) || isRecord(each.value)) return true
  const keys = Object.keys(each)
  return (
    keys.some(key => /^(start|begin|from$|span|offset|points?$|position|indices)/i.test(key)) &&
    keys.some(key => /type|label|tag|entity|class|category/i.test(key))
  )
}

function isPairRecord(value: unknown): value is [text: string, rest: Record<string, unknown>] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isRecord(value[1])
}

/** Whether a line is a record that is a pair, and not the start of an array of records. */
export function isPairText(line: string): boolean {
  if (!/^\s*\[\s*"/.test(line)) return false
  try {
    return isPairRecord(JSON.parse(line))
  } catch {
    return false
  }
}

function parseTokens(value: Record<string, unknown>, tokens: readonly string[], tagKey: string) {
  const tags = value[tagKey] ?? []
  if (!Array.isArray(tags) || !tags.every(tag => typeof tag === 'string'))
    return refuse(
      'bad-tag',
      `"${tagKey}" as a list of strings such as "B-PER"`,
      tags,
      'write the tags by name, not by number',
    )
  if (isThere(value[tagKey]) && tags.length !== tokens.length)
    return refuse('tag-count', `as many tags as tokens (${tokens.length})`, `${tags.length} tags`)
  const { text, tokenOffsets } = value
  const labels = { tokens, tags, ...(isThere(value.soft) && { soft: parseSoft(value.soft, tokens.length) }) }
  if (!isThere(text) && !isThere(tokenOffsets)) return labels
  if (typeof text !== 'string') return refuse('bad-record', '"text" as a string', text)
  if (!isThere(tokenOffsets)) return labels
  if (
    !Array.isArray(tokenOffsets) ||
    tokenOffsets.length !== tokens.length ||
    !tokenOffsets.every(isOffsetPair)
  )
    return refuse('token-offsets', `"tokenOffsets" as ${tokens.length} pairs of whole numbers`, tokenOffsets)
  return { ...labels, text, tokenOffsets: tokenOffsets as [number, number][] }
}

function parseEntities(value: unknown, key: string): TextEntity[] {
  if (!Array.isArray(value)) return refuse('bad-record', `"${key}" as a list`, value)
  return value.map(each => {
    const [start, end, type] = Array.isArray(each)
      ? each
      : isRecord(each)
        ? [...rangeOf(each), typeOf(each)]
        : []
    if (!isWhole(start) || !isWhole(end) || typeof type !== 'string' || type === '')
      return refuse('bad-entity', 'an entity {"start","end","type"} with whole numbers and a name', each)
    if (!isPlainType(type))
      return refuse('bad-type', 'a type without white space around it', JSON.stringify(type))
    const { text, name } = isRecord(each) ? each : {}
    return {
      start,
      end,
      type,
      ...(typeof text === 'string' && { text }),
      ...(typeof name === 'string' && { name }),
    }
  })
}

function typeOf({ type, label, labels }: Record<string, unknown>): unknown {
  return type ?? label ?? (Array.isArray(labels) && labels.length === 1 ? labels[0] : undefined)
}

function rangeOf(entity: Record<string, unknown>): readonly [unknown, unknown] {
  const { span } = entity
  if (Array.isArray(span) && span.length === 2) return [span[0], span[1]]
  return [entity.start ?? entity.start_offset, entity.end ?? entity.end_offset]
}

function parseDocument(value: unknown): string | number {
  return typeof value === 'string' || typeof value === 'number'
    ? value
    : refuse('bad-record', '"document" as a name or number', value)
}

function parseColumns(value: unknown): Record<string, string[]> {
  if (!isRecord(value) || !Object.values(value).every(isStrings))
    return refuse('bad-record', '"columns" as lists of strings by name', value)
  return value as Record<string, string[]>
}

function parseUnit(value: unknown): ReadingUnit {
  return value === 'utf16' || value === 'codepoint' || value === 'byte'
    ? value
    : refuse('bad-record', '"offsets" as "utf16", "codepoint" or "byte"', value)
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value)
}

function isOffsetPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isWhole)
}
