/** What takes the place of an entity: the operators of presidio-anonymizer 2.2.366, by its rules. */
import * as v from 'valibot'
import { Problem } from '../problem.js'

/** An operator with its settings, as a request gives it. */
export type OperatorConfig = Readonly<Record<string, unknown>> & { readonly type: string }

type Operator = (points: readonly string[], type: string, config: OperatorConfig) => string | Promise<string>

/** Code points that a mask may have. */
const MOST_MASKED = 1_000_000
const KEY_BYTES = [16, 24, 32]
const SALT_BYTES = { given: 16, made: 32 }
const IV_BYTES = 16

const OPERATORS: Readonly<Record<string, Operator>> = {
  replace: (_, type, config) => text(config, 'new_value', '') || `<${type}>`,
  redact: () => '',
  keep: points => points.join(''),
  mask,
  hash,
  encrypt,
}

export const OPERATOR_NAMES = Object.keys(OPERATORS)

/** @throws Problem 422 for an operator that there is not, or settings that it cannot have */
export function operatorOf(config: OperatorConfig): Operator {
  const operator = Object.hasOwn(OPERATORS, config.type) ? OPERATORS[config.type] : undefined
  if (operator) return operator
  throw refused(`type: expected one of ${OPERATOR_NAMES.join(', ')}, got another name`)
}

/** The operator of a type of entities, or that of all others. */
export function configOf(
  given: Readonly<Record<string, OperatorConfig>>,
  type: string,
): OperatorConfig | undefined {
  return [type, 'DEFAULT'].flatMap(name => (Object.hasOwn(given, name) ? [given[name]] : []))[0]
}

/** An operator in a request. @param names those that there are */
export function operatorForm(names: string) {
  return v.looseObject({ type: v.pipe(v.string(), v.description(names)) })
}

/** The key of an operator that encrypts or decrypts. @throws Problem 422 */
export function keyBytes(config: OperatorConfig): Uint8Array<ArrayBuffer> {
  const key = new TextEncoder().encode(text(config, 'key'))
  if (KEY_BYTES.includes(key.length)) return key
  throw refused('key: expected 16, 24 or 32 bytes')
}

function mask(points: readonly string[], _: string, config: OperatorConfig): string {
  const sign = text(config, 'masking_char')
  const given = config.chars_to_mask
  const fromEnd = config.from_end
  if ([...sign].length > 1) throw refused('masking_char: expected one character')
  if (!Number.isInteger(given) || Number(given) > MOST_MASKED)
    throw refused('chars_to_mask: expected a whole number')
  if (typeof fromEnd !== 'boolean') throw refused('from_end: expected true or false')
  const count = Math.min(points.length, Math.max(0, Number(given)))
  const signs = sign.repeat(count)
  return fromEnd
    ? points.slice(0, points.length - count).join('') + signs
    : signs + points.slice(count).join('')
}

/** SHA-2 of the text and a salt, in hexadecimal; without a salt in the request, each entity has a random one. */
async function hash(points: readonly string[], _: string, config: OperatorConfig): Promise<string> {
  const kind = text(config, 'hash_type', 'sha256')
  if (kind !== 'sha256' && kind !== 'sha512') throw refused('hash_type: expected sha256 or sha512')
  const given = config.salt === undefined ? undefined : new TextEncoder().encode(text(config, 'salt'))
  if (given && given.length < SALT_BYTES.given)
    throw refused(`salt: expected at least ${SALT_BYTES.given} bytes`)
  const salt = given ?? crypto.getRandomValues(new Uint8Array(SALT_BYTES.made))
  const bytes = joined(new TextEncoder().encode(points.join('')), salt)
  const digest = await crypto.subtle.digest(kind === 'sha256' ? 'SHA-256' : 'SHA-512', bytes)
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** AES in CBC mode: base64url of a random initialization vector and the ciphertext. */
async function encrypt(points: readonly string[], _: string, config: OperatorConfig): Promise<string> {
  const key = keyBytes(config)
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const own = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt'])
  const plain = new TextEncoder().encode(points.join(''))
  const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, own, plain)
  const all = joined(iv, new Uint8Array(encrypted))
  const binary = Array.from(all, byte => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_')
}

function text(config: OperatorConfig, name: string, otherwise?: string): string {
  const value = config[name] ?? otherwise
  if (typeof value === 'string') return value
  throw refused(`${name}: expected a text`)
}

function refused(message: string): Problem {
  return new Problem(422, 'presidio/operator', `operator: ${message}`)
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}
