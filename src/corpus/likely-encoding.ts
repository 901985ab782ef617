/** Characters that are frequent in Chinese text, simplified and traditional. */
const FREQUENT = new Set(
  '的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着下自之年过過发發后後作里裡公司市京北年月日',
)

/** Alphabets whose text is told by one kind of letter, in encodings of two bytes. */
const BY_LETTERS = [
  {
    label: 'shift_jis',
    name: 'Shift_JIS',
    language: 'Japanese',
    letters: /\p{Script=Hiragana}/gu,
    share: 0.15,
  },
  { label: 'euc-jp', name: 'EUC-JP', language: 'Japanese', letters: /\p{Script=Hiragana}/gu, share: 0.15 },
  { label: 'euc-kr', name: 'CP949', language: 'Korean', letters: /[\uac00-\ud7a3]/gu, share: 0.9 },
] as const

/** Alphabets of one byte, and the letters that are most frequent in them. */
const ONE_BYTE = [
  {
    label: 'windows-1251',
    name: 'WINDOWS-1251',
    language: 'Cyrillic',
    letters: /\p{Script=Cyrillic}/gu,
    frequent: /[оеаинт]/gu,
  },
  {
    label: 'koi8-r',
    name: 'KOI8-R',
    language: 'Cyrillic',
    letters: /\p{Script=Cyrillic}/gu,
    frequent: /[оеаинт]/gu,
  },
  {
    label: 'windows-1253',
    name: 'WINDOWS-1253',
    language: 'Greek',
    letters: /\p{Script=Greek}/gu,
    frequent: /[αοιετάόίέήνη]/gu,
  },
] as const

/** Fewer bytes above 0x7F may be damage. */
const FEWEST_BYTES = 20

export interface LikelyEncoding {
  /** As `iconv -f` calls it. */
  readonly name: string
  readonly language: string
}

/**
 * The encoding that some text is most likely in, if it is neither UTF-8 nor Western. It is a guess for a message: nothing is
 * read by it.
 * @param bytes a sample of the file that begins at a character
 */
export function likelyEncoding(bytes: Uint8Array): LikelyEncoding | undefined {
  if (bytes.filter(byte => byte >= 0x80).length < FEWEST_BYTES || isMostlyUtf8(bytes)) return undefined
  for (const { label, letters, share, ...found } of BY_LETTERS) {
    const text = decoded(bytes, label)
    if (text !== undefined && shareOf(text, letters) >= share) return found
  }
  for (const { label, letters, frequent, ...found } of areWholeWords(bytes) ? ONE_BYTE : []) {
    const text = decoded(bytes, label)
    if (text !== undefined && shareOf(text, letters) >= 0.9 && shareOf(text, frequent) >= 0.35) return found
  }
  const chinese = (['gb18030', 'big5'] as const)
    .map(label => ({ label, hits: frequentIn(decoded(bytes, label)) }))
    .filter(({ hits }) => hits >= 0.02)
    .sort((a, b) => b.hits - a.hits)
  if (chinese.length === 0) return undefined
  return { name: chinese[0].label === 'big5' ? 'BIG5' : 'GB18030', language: 'Chinese' }
}

/** Whether bytes above 0x7F stand beside each other, as letters of another alphabet do; accented ones stand alone. */
function areWholeWords(bytes: Uint8Array): boolean {
  let above = 0
  let pairs = 0
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] >= 0x80) {
      above++
      if (bytes[i - 1] >= 0x80) pairs++
    }
  return pairs >= 0.5 * above
}

/** Whether this is UTF-8 with some damage. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const all = beyondAscii(new TextDecoder().decode(bytes))
  return all.filter(each => each === '\ufffd').length < 0.1 * all.length
}

/** The text, without a character that the sample cuts at its end; `undefined` if it is not in this encoding. */
function decoded(bytes: Uint8Array, label: string): string | undefined {
  for (let cut = 0; cut < 4; cut++)
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes.subarray(0, bytes.length - cut))
    } catch {
      // Another end, or another encoding.
    }
  return undefined
}

/** The share of the characters beyond ASCII that match. */
function shareOf(text: string, pattern: RegExp): number {
  const all = beyondAscii(text)
  return all.length === 0 ? 0 : (all.join('').match(pattern)?.length ?? 0) / all.length
}

function frequentIn(text: string | undefined): number {
  const all = beyondAscii(text ?? '')
  return all.length === 0 ? 0 : all.filter(each => FREQUENT.has(each)).length / all.length
}

function beyondAscii(text: string): string[] {
  return [...text].filter(each => each > '\x7f')
}
