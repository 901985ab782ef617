/** Sentences as the pieces of a pretrained encoder, and the table of their embeddings as an input. */
import type { SubwordTokenizer } from '../../text/subword/subword-tokenizer.js'
import type { InputBlock } from '../inputs/input-block.js'
import { idTensor, TableTrainer } from '../inputs/table.js'
import type { UnitSequence, Units } from '../inputs/units.js'
import type { EncoderArchitecture } from './architecture.js'
import { PIECES } from './encoder-weights.js'
import type { EncoderLayout } from './layout.js'

/** Distinct tokens whose pieces are remembered. */
const TOKENS_KEPT = 100_000

/** How many pieces a sentence takes with it of its document, and the most that the encoder reads. */
export interface PieceLimits {
  /** On either side. */
  readonly context: number
  /** Of the whole sequence, special pieces included. */
  readonly longest: number
}

/**
 * Cuts tokens into pieces, each as it would be after a space, with the special pieces around the sentence. A unit's text
 * is the id of its piece. A token without any piece (of control characters alone) is one unknown piece.
 *
 * With context, whole tokens of the document stand on both sides, between the special pieces; where there is not room for
 * all, the same share of each side is left out (Schweter & Akbik 2020).
 */
export function encoderUnits(tokenizer: SubwordTokenizer, { context, longest }: PieceLimits): Units {
  const known = new Map<string, readonly string[]>()
  const { prefix, suffix } = tokenizer.around
  const [before, after] = [prefix, suffix].map(ids => ids.map(String))
  const nothing = String(tokenizer.unknownId ?? suffix[0] ?? 0)
  const piecesOf = (token: string) => {
    let pieces = known.get(token)
    if (!pieces) {
      if (known.size > TOKENS_KEPT) known.clear()
      const ids = tokenizer.encodeWord(token)
      pieces = ids.length > 0 ? ids.map(String) : [nothing]
      known.set(token, pieces)
    }
    return pieces
  }
  /** The pieces of the first tokens that have no more than `room` together. */
  const nearest = (tokens: readonly string[], room: number) => {
    const pieces: (readonly string[])[] = []
    let left = room
    for (const token of tokens) {
      const own = piecesOf(token)
      left -= own.length
      if (left < 0) break
      pieces.push(own)
    }
    return pieces
  }
  return {
    kind: 'piece',
    around: { before: before.length, after: after.length },
    split: (tokens, document): UnitSequence => {
      const own = tokens.map(piecesOf)
      const count = own.reduce((sum, pieces) => sum + pieces.length, before.length + after.length)
      const room = document ? Math.min(context, Math.max(0, (longest - count) >> 1)) : 0
      const texts = [...before]
      if (document && room > 0)
        texts.push(...nearest(document.before.slice(-room).reverse(), room).reverse().flat())
      const starts = new Int32Array(tokens.length)
      const ends = new Int32Array(tokens.length)
      own.forEach((pieces, t) => {
        starts[t] = texts.length
        for (const piece of pieces) texts.push(piece)
        ends[t] = texts.length
      })
      if (document && room > 0) texts.push(...nearest(document.after.slice(0, room), room).flat())
      for (const piece of after) texts.push(piece)
      return { texts, starts, ends }
    },
  }
}

/** The embeddings of pieces. Training changes the rows that a batch has, unless they are frozen. */
export function piecesInput(
  { vocabulary, embedding }: EncoderArchitecture,
  { initial, isTrained }: Pick<EncoderLayout, 'initial'> & { readonly isTrained: boolean },
): InputBlock<number> {
  return {
    width: embedding,
    parameters: [
      {
        ...{ name: PIECES, shape: [vocabulary, embedding], initial: initial(PIECES), group: PIECES },
        ...(isTrained ? { sparseRows: true } : { trainable: false }),
      },
    ],
    idOf: text => Number(text),
    train: ({ value }) => {
      const trainer = new TableTrainer(PIECES, value(PIECES), embedding, null)
      if (isTrained) return trainer
      return { forward: (ids, out) => trainer.forward(ids, out), backward: () => [] }
    },
    infer: (g, context) => g.gather(context.weight(PIECES), g.input(`ids:${PIECES}`, 'int32', ['distinct'])),
    feed: ids => ({ [`ids:${PIECES}`]: idTensor([ids.length], Int32Array.from(ids)) }),
  }
}
