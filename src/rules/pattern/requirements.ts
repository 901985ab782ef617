/** What a text must contain for a pattern to match anywhere in it: most texts lack it, and are not read at all. */
import { codeRangesOf } from './character-set.js'
import type { Characters } from './characters.js'
import type { PatternNode } from './parse-pattern.js'

export interface Requirements {
  /** The longest run of characters that each match contains; empty if none is known. */
  readonly literal: string
  /** Sets of which each match contains a character, as `Characters.present`. */
  readonly sets: readonly Int32Array[]
}

export function requirementsOf(root: PatternNode, ignoreCase: boolean): Requirements {
  const literals = ['']
  const sets = new Map<string, Int32Array>()
  // A run of characters that are side by side.
  let run = ''
  const end = () => {
    literals.push(run)
    run = ''
  }
  const visit = (node: PatternNode): void => {
    switch (node.kind) {
      case 'set': {
        const ranges = codeRangesOf(node.source, ignoreCase)
        if (ranges.length === 2 && ranges[1] === ranges[0] + 1) run += String.fromCodePoint(ranges[0])
        else end()
        sets.set(node.source, presenceOf(ranges))
        return
      }
      case 'sequence':
        node.parts.forEach(visit)
        return
      case 'repeat':
        end()
        if (node.least > 0) visit(node.body)
        end()
        return
      case 'choice':
        end()
        return
      default:
        // Lookarounds take no character.
        return
    }
  }
  visit(root)
  end()
  const literal = literals.reduce((longest, own) => (own.length > longest.length ? own : longest))
  return { literal, sets: [...sets.values()] }
}

/** Whether a text has what is required of it. */
export function meets({ text, present }: Characters, { literal, sets }: Requirements): boolean {
  if (!sets.every(set => set.some((bits, word) => (bits & present[word]) !== 0))) return false
  return literal.length < 2 || text.includes(literal)
}

function presenceOf(ranges: readonly number[]): Int32Array {
  const present = new Int32Array(5)
  for (let i = 0; i < ranges.length; i += 2) {
    for (let code = ranges[i]; code < Math.min(128, ranges[i + 1]); code++)
      present[code >> 5] |= 1 << (code & 31)
    if (ranges[i + 1] > 128) present[4] = 1
  }
  return present
}
