import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { toUtf16Offsets } from './offsets.js'
import type { TextRange } from './token.js'
import { tokenize } from './tokenize.js'

type Peer = 'treebank' | 'spacy'
type Span = readonly [start: number, end: number]
interface OracleCase extends Readonly<Record<Peer, readonly Span[]>> {
  readonly text: string
}

/** oracles/tokenizer.py wrote it: NLTK's TreebankWordTokenizer and spaCy's English rules on 100 texts of our own. */
const { cases } = JSON.parse(readFileSync('oracles/tokenizer.json', 'utf8')) as {
  readonly cases: readonly OracleCase[]
}

/** Why we differ, by what stands in the text; the first that fits. docs/tokenizer.md explains each. */
const REASONS: readonly (readonly [string, RegExp])[] = [
  ['URL, e-mail, @name, #tag whole', /:\/\/|\w@\w|^[@#]\w/],
  ['file path split', /^\/etc/],
  ['emoticon whole, emoji each', /^(?::\(|:\)|<3|😍😍)$/],
  ['marks of exclamation in a run', /^[!?]+$/],
  ['currency sign apart, US$ whole', /[€£]\d|^[A-Z]+\$$/],
  ['abbreviation with its stop', /^(?:Lt|Sgt|No|pp|Sec|Fig|Eq|etc)\.$/],
  ['unknown abbreviation', /^kr\.$/],
  ['hyphen stays', /\w-\w/],
  ['slash splits words, not units', /\w\/\w/],
  ['curly quotes, dashes apart', /[‘’“”–—]/],
  ['opening straight quote apart', /^'armed$/],
  ['Penn cuts cannot, gonna', /^(?:cannot|gonna)$/],
  ['contraction of a contraction', /^He'd$/],
  ['words that begin with an apostrophe', /^'(?:n'|90s)$/],
  ['elision splits', /^[dl]'[A-Z]/],
  ['names with & or #', /^(?:AT&T|R&D|C#)$/],
  ['units', /^(?:20°C|°C|3\.2kg|8pm)$/],
  ['bracket inside a word', /^4\(b$/],
  ['+/-', /^\+?\/-$/],
]

/** The regions, cut where both sides have an edge, in which two tokenizations differ. */
function differences(text: string, ours: readonly TextRange[], theirs: readonly TextRange[]): string[] {
  const key = ({ start, end }: TextRange) => `${start}:${end}`
  const known = new Set(theirs.map(key))
  const regions = new Set<string>()
  for (const token of ours) {
    if (known.has(key(token))) continue
    const overlap = theirs.filter(({ start, end }) => start < token.end && end > token.start)
    const start = Math.min(token.start, ...overlap.map(span => span.start))
    const end = Math.max(token.end, ...overlap.map(span => span.end))
    regions.add(`${start}:${end}`)
  }
  return [...regions].map(region => text.slice(...(region.split(':').map(Number) as [number, number])))
}

function compare(peer: Peer) {
  const reasons: Record<string, number> = {}
  const unexplained: string[] = []
  let shared = 0
  let total = 0
  let same = 0
  for (const { text, ...peers } of cases) {
    const theirs = toUtf16Offsets(
      text,
      peers[peer].map(([start, end]) => ({ start, end })),
    )
    const ours = tokenize(text)
    const known = new Set(theirs.map(({ start, end }) => `${start}:${end}`))
    shared += 2 * ours.filter(({ start, end }) => known.has(`${start}:${end}`)).length
    total += ours.length + theirs.length
    const differing = differences(text, ours, theirs)
    if (differing.length === 0) same++
    for (const region of differing) {
      const reason = REASONS.find(([, pattern]) => pattern.test(region))?.[0]
      if (reason) reasons[reason] = (reasons[reason] ?? 0) + 1
      else unexplained.push(region)
    }
  }
  return { f1: shared / total, same, unexplained, reasons }
}

const EXPECTED: Readonly<Record<Peer, { readonly f1: number; readonly same: number }>> = {
  treebank: { f1: 0.928, same: 68 },
  spacy: { f1: 0.926, same: 62 },
}

for (const peer of ['treebank', 'spacy'] as const)
  test(`${peer}: every difference has a reason`, t => {
    assert.equal(cases.length, 100)
    const { f1, same, unexplained, reasons } = compare(peer)
    t.diagnostic(`token F1 ${f1.toFixed(4)}, ${same} of 100 texts alike; ${JSON.stringify(reasons)}`)
    assert.deepEqual(unexplained, [])
    assert.ok(f1 >= EXPECTED[peer].f1, `token F1 ${f1}`)
    assert.ok(same >= EXPECTED[peer].same, `${same} texts alike`)
  })
