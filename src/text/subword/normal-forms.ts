/**
 * Unicode's normal forms with alignment. A composed character comes from all that it was composed of; what a character
 * was decomposed into comes from that character.
 */
import { AlignedBuilder, type AlignedText, contentOf, sliceAligned } from './aligned-text.js'

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/**
 * A change of the kind that PyPI's `tokenizers` counts, so that alignments agree with it: a character takes the place of
 * the next one (`change` 0), of it and of `−change` more, or (1) is put in after the one before.
 */
interface Change {
  readonly character: string
  readonly change: number
}

/** Characters whose decomposition is younger than the tables of published tokenizers, which leave them as they are. */
const YOUNG =
  /^[\u32FF\uA7F1-\uA7F4\uAB69\u{105C9}\u{105E4}\u{10781}-\u{107BA}\u{11383}\u{11385}\u{1138E}\u{11391}\u{113C5}\u{113C7}\u{113C8}\u{11938}\u{16121}-\u{16128}\u{16D68}-\u{16D6A}\u{1CCD6}-\u{1CCF9}\u{1E030}-\u{1E06D}\u{1F16C}\u{1FBF0}-\u{1FBF9}]$/u

export function normalForm(text: AlignedText, form: NormalForm): AlignedText {
  const young = text.characters.findIndex(character => YOUNG.test(character))
  if (young < 0) return formOf(text, form)
  const built = new AlignedBuilder()
  for (let from = 0, to = 0; from < text.characters.length; from = to + 1) {
    to = from
    while (to < text.characters.length && !YOUNG.test(text.characters[to])) to++
    built.append(formOf(sliceAligned(text, from, to), form))
    built.append(sliceAligned(text, to, to + 1))
  }
  return built
}

function formOf(text: AlignedText, form: NormalForm): AlignedText {
  const content = contentOf(text)
  if (content.normalize(form) === content) return text
  const decomposed = decompose(text, form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD')
  return applyChanges(text, form === 'NFC' || form === 'NFKC' ? compose(decomposed) : decomposed)
}

function decompose(text: AlignedText, form: 'NFD' | 'NFKD'): Change[] {
  const parts: Change[] = []
  for (const character of text.characters) {
    let change = 0
    for (const part of character.normalize(form)) {
      parts.push({ character: part, change })
      change = 1
    }
  }
  // Marks are then put in canonical order. Equal ones keep theirs, so that each is the first equal one that is left.
  const left = new Map<string, number[]>()
  parts.forEach(({ character }, i) => {
    const places = left.get(character)
    if (places) places.push(i)
    else left.set(character, [i])
  })
  for (const places of left.values()) places.reverse()
  const ordered = [...contentOf(text).normalize(form)]
  return ordered.map(character => parts[left.get(character)?.pop() as number])
}

/** Canonical composition (Unicode Standard Annex 15) of decomposed text. */
function compose(parts: readonly Change[]): Change[] {
  const composed: Change[] = []
  let starter = -1
  /** The last mark after the starter that was not composed with it. */
  let last: string | undefined
  for (const part of parts) {
    const isStarter = !isCombining(part.character)
    const isBlocked = last !== undefined && (isStarter || !comesBefore(last, part.character))
    const joined =
      starter >= 0 && !isBlocked ? joinedOf(composed[starter].character, part.character) : undefined
    if (joined !== undefined) {
      composed[starter] = { character: joined, change: composed[starter].change + part.change - 1 }
      continue
    }
    composed.push(part)
    if (isStarter) {
      starter = composed.length - 1
      last = undefined
    } else last = part.character
  }
  return composed
}

function joinedOf(first: string, second: string): string | undefined {
  const joined = (first + second).normalize('NFC')
  return [...joined].length === 1 ? joined : undefined
}

/** Marks of the lowest and the highest combining class. */
const LOWEST = '\u0334'
const HIGHEST = '\u0345'
const known = new Map<string, boolean>()

/** Whether a decomposed character has a combining class other than 0: it changes places with one of another class. */
function isCombining(character: string): boolean {
  const code = character.codePointAt(0) as number
  if (code < 0x300) return false
  let combining = known.get(character)
  if (combining === undefined) {
    const after = character + LOWEST
    const before = HIGHEST + character
    combining = after.normalize('NFD') !== after || before.normalize('NFD') !== before
    known.set(character, combining)
  }
  return combining
}

/** Whether a mark has a lower class than another: only then does it change places with it. */
function comesBefore(mark: string, other: string): boolean {
  const swapped = other + mark
  return swapped.normalize('NFD') !== swapped
}

function applyChanges(text: AlignedText, changes: readonly Change[]): AlignedText {
  const built = new AlignedBuilder()
  let at = 0
  for (const { character, change } of changes) {
    const source = change > 0 ? Math.max(at - 1, 0) : at
    built.push(character, text.starts[source], text.ends[source])
    if (change <= 0) at += 1 - change
  }
  return built
}
