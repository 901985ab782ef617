import { InputError } from '../base/errors.js'
import { option } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import type { TextRange } from '../text/token.js'
import { createTokenizer } from '../text/tokenizer.js'
import { lookalikes, seal, unseal } from './cipher.js'
import { deriveKeys, type Keys, newSecret, parseSecret, toBase64 } from './keys.js'
import { KnownNames, MENTIONS, type Mentions } from './mentions.js'
import { OffsetMap, type Piece } from './offset-map.js'
import { KEYED, keepFormat, labelOf, mask, POLICIES, type Policy } from './policies.js'
import { Pseudonyms } from './pseudonyms.js'
import type { TypedRange } from './typed-range.js'

export interface RedactOptions {
  /** What is done with an entity; default: `replace`. */
  readonly policy?: Policy
  /** Policies of single types, instead of `policy`. */
  readonly policies?: Readonly<Record<string, Policy>>
  /** A key, as `newRedactionKey` makes it; `hash` and `encrypt` need one. */
  readonly key?: string
  /** Where the same name gets the same pseudonym: in a `document`, which is one text or record (default), or in all of a `corpus`. */
  readonly scope?: 'document' | 'corpus'
  /**
   * What is redacted like an entity besides it: `same` (default), the same name elsewhere in the document, token for token in the same
   * case; `parts`, also single words of a person's name; `none`. Names that are common words, such as `May`, are not looked for.
   */
  readonly mentions?: Mentions
  /** Where further mentions are looked for: in the entity's `document` (default), or in all later ones of the `corpus`, too. */
  readonly mentionScope?: 'document' | 'corpus'
}

/** One entity that was redacted. It has nothing of the original text but its place. */
export interface Replacement {
  readonly type: string
  readonly policy: Policy
  /** In the original text, in UTF-16 code units. */
  readonly original: TextRange
  /** In the redacted text. */
  readonly redacted: TextRange
}

export interface RedactedText {
  readonly text: string
  readonly replacements: readonly Replacement[]
  /** Offsets of the original text and of the redacted one, each from the other. */
  readonly offsets: OffsetMap
}

const tokenizer = createTokenizer('characters')

const NAMES: readonly (keyof RedactOptions)[] = [
  'policy',
  'policies',
  'key',
  'scope',
  'mentions',
  'mentionScope',
]

/** A new key for `RedactOptions.key`: 32 random bytes in base64. Who has it can undo `encrypt`. */
export function newRedactionKey(): string {
  return newSecret()
}

/**
 * Redacts texts, and undoes what `encrypt` did. With the scope `corpus` it remembers the names that it has seen.
 *
 * @throws InputError `redact/options` for an option that is wrong; `redact/key` for a key that is missing or none
 * @example
 * const redactor = await createRedactor({ policies: { EMAIL: 'mask' } })
 * const { text } = await redactor.redact('Ada: ada@example.com', [{ start: 5, end: 20, type: 'EMAIL' }])
 * // 'Ada: ***************'
 */
export async function createRedactor(options: RedactOptions = {}): Promise<Redactor> {
  checkOptions(options)
  const { policy = 'replace', policies = {}, key, scope, mentions = 'same', mentionScope } = options
  const keyed = [policy, ...Object.values(policies)].find(each => KEYED.includes(each))
  if (key === undefined && keyed !== undefined)
    throw new InputError('redact/key', {
      where: option('key'),
      expected: `a key, which the policy ${keyed} needs`,
      got: 'none',
    })
  const keys = await deriveKeys(parseSecret(key ?? newSecret(), option('key')))
  return new Redactor(
    keys,
    { policy, policies: new Map(Object.entries(policies)), mentions },
    { pseudonyms: scope === 'corpus', mentions: mentionScope === 'corpus' },
  )
}

/**
 * The redactor of one call of a recognizer.
 * @param types those that the recognizer finds
 * @throws InputError `redact/options` also for a policy of another type, and for a scope that is `corpus`
 */
export async function redactorOf(how: RedactOptions | Redactor, types: readonly string[]): Promise<Redactor> {
  if (how instanceof Redactor) return how
  const redactor = await createRedactor(how)
  checkPolicyTypes(how.policies ?? {}, types)
  const name = (['scope', 'mentionScope'] as const).find(own => how[own] === 'corpus')
  if (name === undefined) return redactor
  throw new InputError('redact/options', {
    where: option(name),
    expected: 'document, since a call with options is for one text',
    got: '"corpus"',
    remedy: 'give each call the same redactor, made with createRedactor',
  })
}

/** Refuses a policy of a type that is never found: what it was meant for would be redacted otherwise, or not at all. */
export function checkPolicyTypes(policies: Readonly<Record<string, Policy>>, types: readonly string[]): void {
  const unknown = Object.keys(policies).find(type => !types.includes(type))
  if (unknown === undefined) return
  throw new InputError('redact/options', {
    where: option('policies'),
    expected: `types of the model: ${types.join(', ')}`,
    got: JSON.stringify(unknown.slice(0, 40)),
  })
}

/** Made by `createRedactor`. */
export class Redactor {
  /** Those of a corpus; a text has its own otherwise. */
  private readonly pseudonyms: Pseudonyms | undefined
  /** What was found in the corpus so far; absent where each document is for itself. */
  private readonly corpusNames: KnownNames | undefined

  private readonly policy: Policy
  private readonly policies: ReadonlyMap<string, Policy>
  private readonly mentions: Mentions

  constructor(
    private readonly keys: Keys,
    {
      policy,
      policies,
      mentions,
    }: {
      readonly policy: Policy
      readonly policies: ReadonlyMap<string, Policy>
      readonly mentions: Mentions
    },
    keeps: { readonly pseudonyms: boolean; readonly mentions: boolean },
  ) {
    this.policy = policy
    this.policies = policies
    this.mentions = mentions
    this.pseudonyms = keeps.pseudonyms ? new Pseudonyms() : undefined
    this.corpusNames = keeps.mentions && mentions !== 'none' ? new KnownNames(mentions) : undefined
  }

  /**
   * Redacts the entities of a text, and further mentions of them as the option `mentions` says. Of entities that overlap, the later
   * one is what the earlier one leaves of it.
   * @param entities in any order
   * @throws InputError `redact/entities` for an entity that is no range of the text
   */
  async redact(text: string, entities: readonly TypedRange[]): Promise<RedactedText> {
    return (await this.redactDocument([{ text, entities }]))[0]
  }

  /**
   * As `redact`, of texts that are one document, such as the cells of a row: a name has one pseudonym in all of them, and is also
   * taken out of those where it was not found.
   * @throws as `redact`
   * @example
   * await redactor.redactDocument([{ text: 'Ada', entities: [{ start: 0, end: 3, type: 'PERSON' }] }, { text: 'to Ada', entities: [] }])
   */
  async redactDocument(
    texts: readonly { readonly text: string; readonly entities: readonly TypedRange[] }[],
  ): Promise<RedactedText[]> {
    for (const { text, entities } of texts) checkEntities(text, entities)
    const all = this.withMentions(texts)
    const pseudonyms = (this.pseudonyms ?? new Pseudonyms()).ofText(
      all.flatMap(({ text, entities }) =>
        entities.map(({ type, start, end }) => ({ type, text: text.slice(start, end) })),
      ),
      all.map(({ text }) => text),
    )
    const redacted: RedactedText[] = []
    for (const { text, entities } of all) redacted.push(await this.redactOne(text, entities, pseudonyms))
    return redacted
  }

  private async redactOne(
    text: string,
    entities: readonly TypedRange[],
    pseudonyms: (type: string, text: string) => string,
  ): Promise<RedactedText> {
    const pieces: Piece[] = []
    let at = 0
    for (const { start, end, type } of [...entities].sort((a, b) => a.start - b.start || b.end - a.end)) {
      const policy = this.policyOf(type)
      if (policy === 'keep' || end <= at) continue
      const from = Math.max(start, at)
      const own = text.slice(from, end)
      pieces.push({ kind: 'same', text: text.slice(at, from) })
      const standIn = policy === 'pseudonym' ? pseudonyms(type, own) : await this.standIn(policy, type, own)
      pieces.push({ kind: 'new', length: own.length, text: standIn, type, policy })
      at = end
    }
    pieces.push({ kind: 'same', text: text.slice(at) })
    const hasSealed = [this.policy, ...this.policies.values()].includes('encrypt')
    return assembled(hasSealed ? escaped(pieces) : pieces)
  }

  /**
   * The text with the entities that `encrypt` hid; stand-ins of other policies stay.
   * @param where what the text is called in the message
   * @throws InputError `redact/decrypt` for another key, or text that was changed
   */
  restore(text: string, where = 'text'): Promise<string> {
    return unseal(this.keys, text, where)
  }

  private policyOf(type: string): Policy {
    return this.policies.get(type) ?? this.policy
  }

  private withMentions(texts: Parameters<Redactor['redactDocument']>[0]): typeof texts {
    const { mentions } = this
    if (mentions === 'none') return texts
    const names = this.corpusNames ?? new KnownNames(mentions)
    const cut = texts.map(each => {
      const sought = each.entities.filter(({ type }) => this.policyOf(type) !== 'keep')
      return { ...each, sought, tokens: tokenizer.tokenize(each.text) }
    })
    if (names !== this.corpusNames && cut.every(({ sought }) => sought.length === 0)) return texts
    for (const { text, tokens, sought } of cut) names.add(text, tokens, sought)
    return cut.map(({ text, tokens, entities }) => {
      return { text, entities: [...entities, ...names.in(text, tokens, entities)] }
    })
  }

  private async standIn(
    policy: Exclude<Policy, 'keep' | 'pseudonym'>,
    type: string,
    text: string,
  ): Promise<string> {
    const label = labelOf(type)
    switch (policy) {
      case 'replace':
        return `[${label}]`
      case 'mask':
        return mask(text)
      case 'hash':
        return `[${label}:${toBase64((await this.keys.mac('hash', type, text)).slice(0, 16))}]`
      case 'encrypt':
        return seal(this.keys, label, text)
      case 'format':
        return keepFormat(text, bytesFrom(await this.formatBytes(type, text)))
      default:
        return policy satisfies never
    }
  }

  private async formatBytes(type: string, text: string): Promise<Uint8Array> {
    const blocks = await Promise.all(
      Array.from({ length: Math.ceil(text.length / 32) }, (_, i) =>
        this.keys.mac('format', type, text, String(i)),
      ),
    )
    return Uint8Array.from(blocks.flatMap(block => [...block]))
  }
}

function bytesFrom(bytes: Uint8Array): () => number {
  let at = 0
  return () => bytes[at++ % bytes.length]
}

/**
 * What reads as an encrypted entity in the whole redacted text, and is none, gets a backslash, which `restore` takes out: in the
 * text between entities, in stand-ins of other policies, and across them.
 */
function escaped(pieces: readonly Piece[]): Piece[] {
  const places = lookalikes(pieces.map(({ text }) => text).join(''))
  let [end, next] = [0, 0]
  return pieces.flatMap((piece): Piece[] => {
    const from = end
    end += piece.text.length
    const own: number[] = []
    for (; places[next] <= end; next++) own.push(places[next] - from)
    if (piece.kind === 'new' && piece.policy === 'encrypt') return [piece]
    const parts = [0, ...own].map((place, i) => piece.text.slice(place, own[i]))
    if (piece.kind !== 'same') return [{ ...piece, text: parts.join('\\') }]
    return parts.flatMap((text, i): Piece[] => [
      ...(i > 0 ? [{ kind: 'added', text: '\\' } as const] : []),
      { kind: 'same', text },
    ])
  })
}

function assembled(pieces: readonly Piece[]): RedactedText {
  const offsets = new OffsetMap(pieces)
  const replacements = offsets.places.flatMap(({ piece, original, redacted }): Replacement[] =>
    piece.kind === 'new' ? [{ type: piece.type, policy: piece.policy, original, redacted }] : [],
  )
  return { text: pieces.map(({ text }) => text).join(''), replacements, offsets }
}

function checkEntities(text: string, entities: readonly TypedRange[]): void {
  const i = entities.findIndex(({ start, end, type }) => {
    const isRange = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end
    return !isRange || end > text.length || typeof type !== 'string'
  })
  if (i < 0) return
  const { start, end } = entities[i]
  throw new InputError('redact/entities', {
    where: `entities[${i}]`,
    expected: `a type, and a range of a text with ${text.length} UTF-16 code units`,
    got: `start ${String(start)}, end ${String(end)}`,
  })
}

function checkOptions(options: RedactOptions): void {
  const refuse = (where: string, expected: string, got: unknown, remedy?: string) =>
    new InputError('redact/options', {
      where: option(where),
      expected,
      got: typeof got === 'string' ? JSON.stringify(got.slice(0, 40)) : String(typeof got),
      ...(remedy !== undefined && { remedy }),
    })
  if (!isRecord(options)) throw refuse('options', 'an object', options)
  const unknown = Object.keys(options).find(name => !NAMES.includes(name as keyof RedactOptions))
  if (unknown !== undefined) throw refuse('options', `only ${NAMES.join(', ')}`, unknown)
  const { policy, policies, key, scope, mentions, mentionScope } = options
  if (policies !== undefined && !isRecord(policies))
    throw refuse('policies', 'an object with a policy for each type', policies)
  for (const [where, own] of [
    ['policy', policy],
    ...Object.values(policies ?? {}).map(each => ['policies', each]),
  ]) {
    if (own === undefined || POLICIES.includes(own as Policy)) continue
    const close = typeof own === 'string' ? nearest(own, POLICIES) : undefined
    throw refuse(where as string, `one of ${POLICIES.join(', ')}`, own, close && `did you mean ${close}?`)
  }
  if (key !== undefined && typeof key !== 'string') throw refuse('key', 'a text', key)
  if (scope !== undefined && scope !== 'document' && scope !== 'corpus')
    throw refuse('scope', 'document or corpus', scope)
  if (mentions !== undefined && !MENTIONS.includes(mentions))
    throw refuse('mentions', `one of ${MENTIONS.join(', ')}`, mentions)
  if (mentionScope !== undefined && mentionScope !== 'document' && mentionScope !== 'corpus')
    throw refuse('mentionScope', 'document or corpus', mentionScope)
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)
}
