import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAnyConfig } from '../../config/resolve.js'
import { compareRuns } from './compare-runs.js'
import type { MeasuredRun } from './measured-run.js'

function measured(path: string, recognizer: MeasuredRun['recognizer'], preset?: string): MeasuredRun {
  return {
    path,
    recognizer,
    config: preset === undefined ? null : resolveAnyConfig({ preset }),
    corpus: { sha256: 'same' },
    accuracy: 1,
    counts: [new Map([['PER', { gold: 1, predicted: 1, correct: 1 }]])],
    costs: { seconds: null },
  } as unknown as MeasuredRun
}

test('every model has its kind in the table of settings, those that were not trained too', () => {
  const runs = [
    measured('a', 'crf', 'crf'),
    measured('b', 'hmm', 'hmm'),
    measured('c', 'rules'),
    measured('d', 'combination'),
  ]
  const { settings } = compareRuns(runs, 'best', { seed: 1, samples: 10 })
  assert.deepEqual(settings.recognizer, ['crf', 'hmm', 'rules', 'combination'])
  const [name] = Object.keys(settings)
  assert.equal(name, 'recognizer')
  const trained = compareRuns(runs.slice(0, 2), 'best', { seed: 1, samples: 10 })
  assert.deepEqual(trained.settings.recognizer, ['crf', 'hmm'])
})
