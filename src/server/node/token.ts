import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'

/** The variable of the environment that may hold the token. */
export const TOKEN_VARIABLE = 'NERITE_TOKEN'
/** Characters of a token at least: fewer can be guessed. */
const SHORTEST = 16

/** A token that nobody can guess: 32 characters, 192 random bits. */
export function generateToken(): string {
  return randomBytes(24).toString('base64url')
}

/** @throws InputError `serve/token` for one that is short, or that no header can hold */
export function checkTokenText(token: string, name = 'token'): string {
  if (token.length >= SHORTEST && /^[\x21-\x7e]+$/.test(token)) return token
  throw new InputError('serve/token', {
    where: option(name),
    expected: `at least ${SHORTEST} characters of ASCII without spaces`,
    got: token.length < SHORTEST ? `${token.length} characters` : 'others',
    remedy: 'leave it out, and one is made',
  })
}

/** The token in a file, without the line's end. @throws InputError `serve/token` */
export function readToken(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new InputError('serve/token', {
      where: option('tokenFile'),
      expected: 'a file with the token',
      got: file,
      remedy: 'check its name and who may read it',
    })
  }
  return checkTokenText(text.trim(), 'tokenFile')
}

/** Whether only programs on this machine reach an address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
