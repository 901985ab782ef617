import { readFileSync } from 'node:fs'

export interface ConllevalCase {
  /** Tags by sentence. */
  readonly gold: readonly (readonly string[])[]
  readonly predicted: readonly (readonly string[])[]
  /** What conlleval.pl prints. */
  readonly conlleval: string
}

/** How many cases `oracles/conlleval.jsonl` has; `oracles/conlleval.py` describes them. */
export const CONLLEVAL_CASES = 400

export function conllevalCases(): ConllevalCase[] {
  const sentences = (text: string) => text.split('|').map(sentence => sentence.split(' '))
  const file = new URL('../../../oracles/conlleval.jsonl', import.meta.url)
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => {
      const { gold, predicted, conlleval } = JSON.parse(line) as Record<keyof ConllevalCase, string>
      return { gold: sentences(gold), predicted: sentences(predicted), conlleval }
    })
}
