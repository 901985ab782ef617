import { encode } from '@msgpack/msgpack'
import type { ByteWriter } from '../byte-form.js'
import { cutTokens, type WrittenToken } from '../jsonl/written-text.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { isReadBack, REWRITTEN, spansOf } from '../sentence-text.js'
import { inexpressible, LossLog } from '../sentence-writer.js'
import { BEGIN, ENT_IOB, ENT_TYPE, INSIDE, MISSING, ORTH, OUTSIDE } from './attributes.js'
import { stringHash } from './string-hash.js'

const ATTRIBUTES = [ORTH, ENT_IOB, ENT_TYPE]

/**
 * Writes a `DocBin` that spaCy 3 loads, with a document for each sentence. It is one compressed document, so nothing is
 * ready before the end.
 */
export function docbinWriter(): ByteWriter {
  const losses = new LossLog()
  const rows: bigint[] = []
  const spaces: number[] = []
  const lengths: number[] = []
  const flags: { has_unknown_spaces: boolean }[] = []
  const strings = new Set<string>()
  const hashOf = (text: string) => {
    strings.add(text)
    return stringHash(text)
  }

  function write(sentence: Sentence): Uint8Array {
    if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
    if (sentence.document !== undefined) losses.add('documents', 'which document it belongs to', sentence)
    if (sentence.columns && Object.keys(sentence.columns).length > 0)
      losses.add('columns', 'further columns', sentence)
    const bad = sentence.tokens.findIndex(token => token === '' || /\p{Surrogate}/u.test(token))
    if (bad >= 0) throw inexpressible(sentence, bad, 'a token of whole characters', sentence.tokens[bad])
    const exact = exactTokens(sentence)
    const isKnown = sentence.text !== undefined
    const tokens: readonly WrittenToken[] = isKnown
      ? cutTokens(sentence, losses)
      : exact.tokens.map(text => ({ text, start: 0, end: 0, ws: true }))
    const states = statesOf(exact)
    let own = 0
    for (const { text, ws } of tokens) {
      // White space between tokens has no label of its own, except inside an entity.
      const isOwn = text === exact.tokens[own]
      const state = isOwn ? states[own++] : gapState(states[own - 1], states[own])
      rows.push(hashOf(text), state.iob, state.type === '' ? 0n : hashOf(state.type))
      spaces.push(ws ? 1 : 0)
    }
    lengths.push(tokens.length)
    flags.push({ has_unknown_spaces: !isKnown })
    return new Uint8Array()
  }

  function end(): Promise<Uint8Array> {
    const none = lengths.map(() => new Uint8Array())
    const bin = encode({
      version: '0.1',
      attrs: ATTRIBUTES,
      tokens: new Uint8Array(BigUint64Array.from(rows).buffer),
      spaces: Uint8Array.from(spaces),
      lengths: new Uint8Array(Int32Array.from(lengths).buffer),
      strings: [...strings].sort(),
      cats: lengths.map(() => ({})),
      flags,
      span_groups: none,
    })
    return deflate(bin)
  }
  return { write, end, losses }
}

interface State {
  readonly iob: bigint
  readonly type: string
}

/** What spaCy says of each token. */
function statesOf(sentence: Sentence): State[] {
  const { tokens, tags, annotated } = sentence
  const states: State[] = tokens.map((_, i) => ({
    iob: tags.length === 0 || annotated?.tokens?.[i] === false ? MISSING : OUTSIDE,
    type: '',
  }))
  for (const { start, end, type } of spansOf(sentence))
    for (let i = start; i < end; i++) states[i] = { iob: i === start ? BEGIN : INSIDE, type }
  return states
}

/** White space is in an entity if it goes on after it. */
function gapState(before: State | undefined, after: State | undefined): State {
  if (after?.iob === INSIDE) return after
  const isOpen = before?.iob === MISSING || after?.iob === MISSING
  return { iob: isOpen ? MISSING : OUTSIDE, type: '' }
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
