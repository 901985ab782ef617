import { open } from 'node:fs/promises'
import { firstInvalid } from '../decode.js'

const PIECE = 1 << 18
/** Fewer bytes above 0x7F prove nothing: they may be damage. */
const ENOUGH = 20
/** So few symbols inside of words prove nothing. */
const FEWEST_ODD = 3

export interface EncodingSurvey {
  readonly highBytes: number
  /** Whether the file is clearly in Latin-1 or Windows-1252. */
  readonly isOneByte: boolean
}

/**
 * Looks at every byte above 0x7F of a file that is not UTF-8. The file is in Latin-1 or Windows-1252 only if there are at
 * least twenty, none of them form a UTF-8 character (damaged UTF-8 has many that do), nine in ten are between ASCII
 * characters (like accents in Western languages, unlike letters of other alphabets), all are assigned, and symbols are not where
 * only letters can be.
 */
export async function surveyHighBytes(path: string): Promise<EncodingSurvey> {
  const file = await open(path)
  let highBytes = 0
  let single = 0
  let possible = true
  let odd = 0
  let before = 0
  let carry: number[] = []
  try {
    const buffer = Buffer.allocUnsafe(PIECE)
    for (let read = 1; read > 0 && possible; ) {
      read = (await file.read(buffer, 0, PIECE)).bytesRead
      for (let i = 0; i <= read; i++) {
        // A virtual newline ends the last run of the file. Other runs may continue in the next piece.
        const byte = i < read ? buffer[i] : read === 0 ? 10 : -1
        if (byte < 0) break
        if (byte >= 0x80) {
          carry.push(byte)
          continue
        }
        if (carry.length > 0) {
          highBytes += carry.length
          if (carry.length === 1) {
            single++
            if (isOddSymbol(carry[0], before, byte)) odd++
          }
          if (carry.some(isUnassigned) || holdsCharacter(carry)) possible = false
          carry = []
        }
        before = byte
      }
    }
  } finally {
    await file.close()
  }
  const isWestern = odd < FEWEST_ODD || odd < 0.05 * highBytes
  return { highBytes, isOneByte: possible && isWestern && highBytes >= ENOUGH && single >= 0.9 * highBytes }
}

/**
 * Whether a byte that is a symbol in Windows-1252 is next to letters as only a letter can be: `Pawe³`, `£ukasz`. So are many in the
 * encodings of Central Europe.
 */
function isOddSymbol(byte: number, before: number, after: number): boolean {
  if (byte < 0xa1 || byte > 0xbf || isInWords(byte)) return false
  const opens = byte === 0xa1 || byte === 0xbf
  return isLetter(after) && (isLetter(before) || !opens)
}

/** ª « ° ´ · º » ®, soft hyphens. */
function isInWords(byte: number): boolean {
  return [0xaa, 0xab, 0xad, 0xae, 0xb0, 0xb4, 0xb7, 0xba, 0xbb].includes(byte)
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}

function isUnassigned(byte: number): boolean {
  return byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d
}

/** Whether some bytes of a run above 0x7F form a UTF-8 character. */
function holdsCharacter(run: readonly number[]): boolean {
  return run.some((_, i) => firstInvalid(Uint8Array.from(run.slice(i, i + 4))) > 0)
}
