import { InputError } from '../base/errors.js'
import { option } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import type { TextRange } from '../text/token.js'
import { lookalikes, seal, unseal } from './cipher.js'
import { deriveKeys, type Keys, newSecret, parseSecret, toBase64 } from './keys.js'
import { OffsetMap, type Piece } from './offset-map.js'
import {
  canonical,
  fullNames,
  isPerson,
  KEYED,
  keepFormat,
  labelOf,
  mask,
  POLICIES,
  type Policy,
} from './policies.js'

export interface RedactOptions {
  /** What is done with an entity; default: `replace`. */
  readonly policy?: Policy
  /** Policies of single types, instead of `policy`. */
  readonly policies?: Readonly<Record<string, Policy>>
  /** A key, as `newRedactionKey` makes it; `hash` and `encrypt` need one. */
  readonly key?: string
  /** Where the same name gets the same pseudonym: in a `document`, which is one text (default), or in all of a `corpus`. */
  readonly scope?: 'document' | 'corpus'
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

export interface TypedRange extends TextRange {
  readonly type: string
}

const NAMES: readonly (keyof RedactOptions)[] = ['policy', 'policies', 'key', 'scope']

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
  const { policy = 'replace', policies = {}, key, scope = 'document' } = options
  const keyed = [policy, ...Object.values(policies)].find(each => KEYED.includes(each))
  if (key === undefined && keyed !== undefined)
    throw new InputError('redact/key', {
      where: option('key'),
      expected: `a key, which the policy ${keyed} needs`,
      got: 'none',
    })
  const keys = await deriveKeys(parseSecret(key ?? newSecret(), option('key')))
  return new Redactor(keys, policy, new Map(Object.entries(policies)), scope === 'corpus')
}

/** Made by `createRedactor`. */
export class Redactor {
  private names = new Map<string, string>()
  private counts = new Map<string, number>()

  constructor(
    private readonly keys: Keys,
    private readonly policy: Policy,
    private readonly policies: ReadonlyMap<string, Policy>,
    private readonly keepsNames: boolean,
  ) {}

  /**
   * Redacts the entities of a text.
   * @param entities in order, without overlaps, as a recognizer finds them
   */
  async redact(text: string, entities: readonly TypedRange[]): Promise<RedactedText> {
    if (!this.keepsNames) {
      this.names = new Map()
      this.counts = new Map()
    }
    const persons = fullNames(
      entities
        .filter(({ type }) => isPerson(type))
        .map(({ type, start, end }) => canonical(type, text.slice(start, end))),
    )
    const pieces: Piece[] = []
    let at = 0
    for (const { start, end, type } of entities) {
      const policy = this.policies.get(type) ?? this.policy
      if (policy === 'keep' || start < at) continue
      pieces.push({ kind: 'same', text: text.slice(at, start) })
      const own = text.slice(start, end)
      pieces.push({
        kind: 'new',
        length: end - start,
        text: await this.standIn(policy, type, own, persons),
        type,
        policy,
      })
      at = end
    }
    pieces.push({ kind: 'same', text: text.slice(at) })
    const hasSealed = [this.policy, ...this.policies.values()].includes('encrypt')
    return assembled(hasSealed ? pieces.flatMap(escaped) : pieces)
  }

  /**
   * The text with the entities that `encrypt` hid; stand-ins of other policies stay.
   * @param where what the text is called in the message
   * @throws InputError `redact/decrypt` for another key, or text that was changed
   */
  restore(text: string, where = 'text'): Promise<string> {
    return unseal(this.keys, text, where)
  }

  private async standIn(
    policy: Exclude<Policy, 'keep'>,
    type: string,
    text: string,
    persons: ReadonlyMap<string, string>,
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
      case 'pseudonym':
        return this.pseudonym(type, label, text, persons)
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

  private pseudonym(type: string, label: string, text: string, persons: ReadonlyMap<string, string>): string {
    const form = canonical(type, text)
    const name = `${label}\n${isPerson(type) ? (persons.get(form) ?? form) : form}`
    const known = this.names.get(name)
    if (known !== undefined) return known
    const count = (this.counts.get(label) ?? 0) + 1
    this.counts.set(label, count)
    const made = `${label}_${count}`
    this.names.set(name, made)
    return made
  }
}

function bytesFrom(bytes: Uint8Array): () => number {
  let at = 0
  return () => bytes[at++ % bytes.length]
}

/** Text between entities in which something reads as an encrypted one gets backslashes, which `restore` takes out. */
function escaped(piece: Piece): Piece[] {
  if (piece.kind === 'new') return [piece]
  const parts: Piece[] = []
  let at = 0
  for (const place of lookalikes(piece.text)) {
    parts.push({ kind: 'same', text: piece.text.slice(at, place) }, { kind: 'added', text: '\\' })
    at = place
  }
  return [...parts, { kind: 'same', text: piece.text.slice(at) }]
}

function assembled(pieces: readonly Piece[]): RedactedText {
  const offsets = new OffsetMap(pieces)
  const replacements = offsets.places.flatMap(({ piece, original, redacted }): Replacement[] =>
    piece.kind === 'new' ? [{ type: piece.type, policy: piece.policy, original, redacted }] : [],
  )
  return { text: pieces.map(({ text }) => text).join(''), replacements, offsets }
}

function checkOptions(options: RedactOptions): void {
  const refuse = (where: string, expected: string, got: unknown, remedy?: string) =>
    new InputError('redact/options', {
      where: option(where),
      expected,
      got: typeof got === 'string' ? JSON.stringify(got.slice(0, 40)) : String(typeof got),
      ...(remedy !== undefined && { remedy }),
    })
  const unknown = Object.keys(options).find(name => !NAMES.includes(name as keyof RedactOptions))
  if (unknown !== undefined) throw refuse('options', `only ${NAMES.join(', ')}`, unknown)
  const { policy, policies, key, scope } = options
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
}
