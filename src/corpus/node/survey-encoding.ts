import { open } from 'node:fs/promises'
import { firstInvalid } from '../decode.js'

const PIECE = 1 << 18
/** Fewer bytes above 0x7F prove nothing: they may be damage. */
const ENOUGH = 20

export interface EncodingSurvey {
  readonly highBytes: number
  /** Whether the file is clearly in Latin-1 or Windows-1252. */
  readonly isOneByte: boolean
}

/**
 * Looks at every byte above 0x7F of a file that is not UTF-8. The file is in Latin-1 or Windows-1252 only if there are at
 * least twenty, none of them form a UTF-8 character (damaged UTF-8 has many that do), nine in ten are between ASCII
 * characters (like accents in Western languages, unlike letters of other alphabets), and all are assigned.
 */
export async function surveyHighBytes(path: string): Promise<EncodingSurvey> {
  const file = await open(path)
  let highBytes = 0
  let single = 0
  let possible = true
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
        if (carry.length === 0) continue
        highBytes += carry.length
        if (carry.length === 1) single++
        if (carry.some(isUnassigned) || holdsCharacter(carry)) possible = false
        carry = []
      }
    }
  } finally {
    await file.close()
  }
  return { highBytes, isOneByte: possible && highBytes >= ENOUGH && single >= 0.9 * highBytes }
}

function isUnassigned(byte: number): boolean {
  return byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d
}

/** Whether some bytes of a run above 0x7F form a UTF-8 character. */
function holdsCharacter(run: readonly number[]): boolean {
  return run.some((_, i) => firstInvalid(Uint8Array.from(run.slice(i, i + 4))) > 0)
}
