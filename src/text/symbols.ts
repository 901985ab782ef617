import { widthAt } from './characters.js'

/** Symbols whose run is one token: `...`, `--`, `***`, `===`. */
const RUNS = '.-*=_~#+|:<>/\\^–—―…'
const EXCLAIM = '!?！？‽⁉‼'

/**
 * The end of the punctuation or symbol token at an offset. Runs of one symbol, runs of exclamation and question marks,
 * arrows, `+/-`, doubled backticks and apostrophes (Penn's quotes) are one token; other characters are one each.
 */
export function scanSymbols(text: string, at: number, end: number): number {
  const character = text[at]
  if (EXCLAIM.includes(character)) return runOfAny(text, at, end, EXCLAIM)
  if (character === '<' && at + 1 < end && (text[at + 1] === '-' || text[at + 1] === '=')) {
    const shaft = runOfAny(text, at + 1, end, text[at + 1])
    return text[shaft] === '>' && shaft < end ? shaft + 1 : shaft
  }
  if (character === '+' && text.startsWith('/-', at + 1) && at + 3 <= end) return at + 3
  if (character === '>' && text[at + 1] === '=' && at + 2 <= end) return at + 2
  if (RUNS.includes(character)) {
    const stop = runOfAny(text, at, end, character)
    const isArrow = (character === '-' || character === '=') && stop < end && text[stop] === '>'
    return isArrow ? stop + 1 : stop
  }
  if ((character === '`' || character === "'") && at + 1 < end && text[at + 1] === character) return at + 2
  return at + widthAt(text, at)
}

function runOfAny(text: string, at: number, end: number, characters: string): number {
  let i = at
  while (i < end && characters.includes(text[i])) i++
  return i
}
