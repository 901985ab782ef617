import { resolveAnyConfig } from '../../../config/resolve.js'
import type { PartialAnyConfig } from '../../../config/schema.js'
import { trainHere } from '../../testing/tiny-run.js'

/** A kind of recognizer, as the battery in `every-kind.slow.test.ts` makes one. */
interface MadeKind {
  readonly name: string
  /** Makes a small model in a new folder: the same one every time. */
  readonly make: (out: string) => Promise<void>
}

const sample = (name: string) => new URL(`../../../../samples/${name}.markup`, import.meta.url).pathname

function trained(name: string, more: PartialAnyConfig, preset?: 'crf-wide'): MadeKind {
  const file = { corpus: { train: sample('dev'), dev: sample('test') }, ...more }
  return {
    name,
    make: async out => {
      await trainHere({ config: resolveAnyConfig({ file, ...(preset && { preset }) }), out })
    },
  }
}

/** Every kind of recognizer: add yours here. */
export const KINDS: readonly MadeKind[] = [
  trained('neural', {
    input: { words: { dim: 12 }, shape: { dim: 4 } },
    encoder: [{ kind: 'bilstm', hidden: 8 }],
    training: { epochs: 12, batchSize: 4, learningRate: 0.02, threads: 1 },
  }),
  trained('crf', {
    recognizer: 'crf',
    training: { algorithm: { kind: 'lbfgs', maxIterations: 20 }, threads: 1 },
  }),
  trained(
    'crf-wide',
    { recognizer: 'crf', training: { algorithm: { kind: 'adagrad', epochs: 3 }, threads: 1 } },
    'crf-wide',
  ),
  trained('crf-steps', {
    recognizer: 'crf',
    features: { templates: ['lower', 'shape', 'step & shape@-1 & shape', 'step & lower'] },
    training: { algorithm: { kind: 'lbfgs', maxIterations: 20 }, threads: 1 },
  }),
  trained('hmm', { recognizer: 'hmm' }),
  trained('bootstrap', {
    recognizer: 'bootstrap',
    bootstrap: {
      seeds: new URL('../../../../src/train/features/testing/seeds.tsv', import.meta.url).pathname,
    },
  }),
]
