/** What the compiler says of settings: this file compiles only if each line marked as an error is one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PRESET_NAMES, PRESETS } from './presets.js'
import { parseConfig, resolveConfig } from './resolve.js'
import type { Config, ConfigFile, PresetName } from './schema.js'

/** Equal in both directions, so that a union that lost a name, or a type that became `any`, is noticed. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

test('names of presets and settings are known to the compiler', () => {
  const names: Same<(typeof PRESET_NAMES)[number], PresetName> = true
  const decoder: Same<Config['decoder']['kind'], 'crf' | 'softmax'> = true
  const epochs: Same<NonNullable<NonNullable<ConfigFile['training']>['epochs']>, number | 'auto'> = true
  assert.ok(names && decoder && epochs)
  // Every name of the type has its preset: the record is total.
  const known: Record<PresetName, true> = {
    bilstm: true,
    bootstrap: true,
    'bilstm-attention': true,
    'bilstm-attention-classic': true,
    'bilstm-bahdanau': true,
    'bilstm-bahdanau-classic': true,
    'bilstm-classic': true,
    'bilstm-crf': true,
    'bilstm-crf-classic': true,
    'char-cnn-bilstm-crf': true,
    'char-cnn-bilstm-crf-classic': true,
    'char-lstm': true,
    'char-lstm-classic': true,
    'cnn-crf': true,
    crf: true,
    'crf-wide': true,
    'cnn-crf-classic': true,
    'gru-crf': true,
    'gru-crf-classic': true,
    'encoder-crf': true,
    'encoder-crf-document': true,
    'encoder-softmax': true,
    hmm: true,
    'multi-head-attention': true,
    'multi-head-attention-classic': true,
    reformer: true,
    'reformer-classic': true,
    transformer: true,
    'transformer-classic': true,
  }
  assert.deepEqual(PRESETS.map(({ name }) => name).sort(), Object.keys(known).sort())
})

test('the compiler refuses what resolveConfig refuses', () => {
  const refused = [
    // @ts-expect-error: a preset's name with a typo
    () => resolveConfig({ preset: 'bilstm-cfr' }),
    // @ts-expect-error: the same in a file
    () => resolveConfig({ file: { preset: 'bilstmcrf' } }),
    // @ts-expect-error: a section with a typo
    () => resolveConfig({ file: { trainig: { epochs: 3 } } }),
    // @ts-expect-error: a setting with a typo
    () => resolveConfig({ file: { training: { epoch: 3 } } }),
    // @ts-expect-error: a value of another kind
    () => resolveConfig({ file: { training: { epochs: 'many' } } }),
    // @ts-expect-error: a decoder that does not exist
    () => resolveConfig({ file: { decoder: 'sotfmax' } }),
    // @ts-expect-error: a block that does not exist
    () => resolveConfig({ file: { encoder: [{ kind: 'rnn' }] } }),
    // @ts-expect-error: a block without its kind
    () => resolveConfig({ file: { encoder: [{ hidden: 100 }] } }),
    // @ts-expect-error: a setting of a block with a typo
    () => resolveConfig({ file: { encoder: [{ kind: 'gru', hiden: 100 }] } }),
    // @ts-expect-error: an input with a typo
    () => resolveConfig({ file: { input: { charCnn: { filter: 30 } } } }),
  ]
  for (const refuse of refused) assert.throws(refuse, { code: 'config/invalid' })
  assert.equal(refused.length, 10)
})

test('the compiler takes what resolveConfig takes', () => {
  const taken: readonly ConfigFile[] = [
    { preset: 'bilstm-crf', decoder: 'softmax', encoder: ['bilstm', { kind: 'cnn', filters: 30 }] },
    {
      corpus: { train: 'a.conll', dev: null },
      input: { columns: ['pos', { column: 3 }], gazetteers: ['a.txt'] },
    },
    {
      corpus: { train: ['a.conll', { file: 'b.jsonl', weight: 2 }] },
      training: { averaging: 'ema', epochs: 'auto' },
    },
    {
      from: 'runs/a',
      decoder: { constrained: false },
      input: { words: { vectors: 'glove.txt' }, charCnn: null },
    },
  ]
  for (const file of taken) assert.deepEqual(resolveConfig({ file }), parseConfig({ file }))
  assert.equal(taken.length, 4)
})
