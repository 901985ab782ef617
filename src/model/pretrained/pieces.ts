/** Sentences as the pieces of a pretrained encoder, and the table of their embeddings as an input. */
import { sizeOf } from '../../engine/graph/tensor.js'
import type { SubwordTokenizer } from '../../text/subword/subword-tokenizer.js'
import type { InputBlock } from '../inputs/input-block.js'
import { idTensor, TableTrainer } from '../inputs/table.js'
import type { UnitSequence, Units } from '../inputs/units.js'
import type { EncoderArchitecture } from './architecture.js'
import { PIECES } from './encoder-weights.js'
import { type GraphArchitecture, graphOf } from './graph-architecture.js'
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
  architecture: EncoderArchitecture,
  layout: Pick<EncoderLayout, 'initial'> & { readonly isTrained: boolean },
): InputBlock<number> {
  const isGraph = architecture.family === 'onnx'
  if (!isGraph || architecture.embedding > 0) {
    const table = embeddings(architecture, layout)
    return isGraph ? withIds(table, architecture) : table
  }
  const none = { forward: () => undefined, backward: () => [] }
  const idsAlone: Omit<InputBlock<number>, 'infer'> = {
    ...{ width: 0, parameters: [], idOf: text => Number(text) },
    train: () => none,
    feed: ids => ({ [IDS]: idTensor([ids.length], Int32Array.from(ids)) }),
  }
  return withIds(idsAlone, architecture)
}

const IDS = `ids:${PIECES}`

/** Adds the id itself as a last feature, where the encoder's graph reads it. Whole numbers up to 2²⁴ are exact as floats. */
function withIds(
  block: Omit<InputBlock<number>, 'infer'> & Partial<Pick<InputBlock<number>, 'infer'>>,
  architecture: GraphArchitecture,
): InputBlock<number> {
  const { rounded } = graphOf(architecture)
  const keptBytes = [...rounded.values()].reduce((sum, { shape }) => sum + sizeOf(shape as number[]), 0)
  const { infer } = block
  if (!architecture.readsIds && infer) return { ...block, infer, keptBytes }
  const last = block.width
  return {
    ...{ ...block, keptBytes, width: last + 1 },
    train: async context => {
      const own = await block.train(context)
      return {
        backward: (ids, gradient) => own.backward(ids, gradient),
        forward: async (ids, out) => {
          await own.forward(ids, out)
          ids.forEach((id, row) => {
            out.data[row * out.stride + out.offset + last] = id
          })
        },
      }
    },
    infer: (g, context) => {
      const rows = infer?.(g, context)
      const ids = rows ? g.input(`${IDS}:own`, 'int32', ['distinct']) : g.input(IDS, 'int32', ['distinct'])
      const column = g.unsqueeze(g.cast(ids, 'float32'), [1])
      return rows ? g.concat([rows, column], 1) : column
    },
    feed: ids => ({
      ...block.feed(ids),
      ...(infer && { [`${IDS}:own`]: idTensor([ids.length], Int32Array.from(ids)) }),
    }),
  }
}

/** How many features of a unit are the encoder's own. */
export function encoderFeatures(architecture: EncoderArchitecture): number {
  return architecture.embedding + (architecture.family === 'onnx' && architecture.readsIds ? 1 : 0)
}

function embeddings(
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
    canRound: [PIECES],
    idOf: text => Number(text),
    train: context => {
      const trainer = new TableTrainer(PIECES, context, embedding, null)
      if (isTrained) return trainer
      return { forward: (ids, out) => trainer.forward(ids, out), backward: () => [] }
    },
    infer: (g, context) => context.rows(PIECES, g.input(IDS, 'int32', ['distinct'])),
    feed: ids => ({ [IDS]: idTensor([ids.length], Int32Array.from(ids)) }),
  }
}
