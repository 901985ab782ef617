import { readFileSync } from 'node:fs'
import { toCodePointOffsets } from '../../text/offsets.js'
import type { Sentence } from '../sentence.js'
import { textEntities, textOf } from '../sentence-text.js'

/** A text and its entities, as a tool's own library reports them. */
export interface FoundText {
  readonly text: string
  readonly entities: readonly (readonly [start: number, end: number, type: string])[]
}

export const oracleFile = (name: string): URL => new URL(`../../../oracles/formats/${name}`, import.meta.url)

/** The JSON lines, or the one array, of a file. */
export function oracleRecords<Kind>(name: string): Kind[] {
  const text = readFileSync(oracleFile(name), 'utf8')
  if (text.startsWith('[')) return JSON.parse(text)
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** What was read, with offsets in a unit. */
export function foundIn(sentences: readonly Sentence[], unit: 'utf16' | 'codepoint'): FoundText[] {
  return sentences.map(sentence => {
    const place = textOf(sentence)
    const entities = textEntities(sentence, place)
    const ranges = unit === 'utf16' ? entities : toCodePointOffsets(place.text, entities)
    return {
      text: place.text,
      entities: ranges.map(({ start, end }, i) => [start, end, entities[i].type] as const),
    }
  })
}
