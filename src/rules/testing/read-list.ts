import { readFileSync } from 'node:fs'

/** A text and the ranges of it that a finder should find. */
export interface ListedText {
  readonly text: string
  readonly ranges: readonly (readonly [start: number, end: number])[]
}

export interface TestList {
  readonly positives: readonly ListedText[]
  readonly nearMisses: readonly string[]
}

/**
 * A list of `lists/`: one text a line, those after `---` with nothing to find. What should be found is in braces, or is the
 * whole line. `\u{…}` and a line that begins with `#` are as usual.
 */
export function readList(name: string): TestList {
  const lines = readFileSync(`src/rules/testing/lists/${name}.txt`, 'utf8').split('\n')
  const items = lines.filter(line => line !== '' && !line.startsWith('# '))
  const cut = items.indexOf('---')
  return { positives: items.slice(0, cut).map(toListed), nearMisses: items.slice(cut + 1) }
}

function toListed(line: string): ListedText {
  if (!line.includes('{')) return { text: line, ranges: [[0, line.length]] }
  const ranges: [number, number][] = []
  let text = ''
  for (const [, before, inside] of line.matchAll(/([^{]*)(?:\{([^}]*)\})?/g)) {
    text += before
    if (inside === undefined) continue
    ranges.push([text.length, text.length + inside.length])
    text += inside
  }
  return { text, ranges }
}
