import { readFileSync } from 'node:fs'
import { readText } from '../../read-text.js'
import type { Sentence } from '../../sentence.js'

/** A corpus of our own without faults, to put faults into. */
export async function sample(part: 'train' | 'dev' = 'train'): Promise<Sentence[]> {
  const name = `${part}.markup`
  const text = readFileSync(new URL(`../../../../samples/${name}`, import.meta.url), 'utf8')
  const sentences: Sentence[] = []
  for await (const sentence of readText([text], name)) sentences.push(sentence)
  return sentences
}

export type Row = [token: string, tag: string]

/** Its sentences as rows that can be changed. */
export async function sampleRows(part?: 'train' | 'dev'): Promise<Row[][]> {
  return (await sample(part)).map(({ tokens, tags }) => tokens.map((token, i) => [token, tags[i]]))
}

/** The rows as conll. */
export function toConll(sentences: readonly (readonly Row[])[]): string {
  return sentences.map(rows => `${rows.map(row => row.join('\t')).join('\n')}\n\n`).join('')
}

/** The line of a row in that text, from 1. */
export function lineIn(sentences: readonly (readonly Row[])[], sentence: number, row = 0): number {
  return sentences.slice(0, sentence).reduce((lines, rows) => lines + rows.length + 1, 0) + row + 1
}
