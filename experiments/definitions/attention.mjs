import { RUN_HEADER, runRow } from '../lib/summary.mjs'

const SCORES = {
  dot: { title: 'dot product', set: {} },
  'scaled-dot': { title: 'scaled dot product', set: {} },
  bahdanau: { title: 'Bahdanau', set: { 'encoder.1.score.dim': 100 } },
  'multi-head': { title: 'multi-head, 8', set: { 'encoder.1.score.heads': 8, 'encoder.1.score.dim': 200 } },
}

const common = {
  corpus: 'twitter',
  preset: 'bilstm',
  seeds: [1, 2, 3],
}
const base = {
  'input.words.dim': 100,
  'encoder.0.hidden': 100,
  'training.epochs': 15,
  'training.patience': 5,
}

export default {
  name: 'attention',
  title: 'Attention over a BiLSTM: each kind against none',
  place: 4,
  runs: [
    { ...common, name: 'none', title: 'none', set: base },
    ...Object.entries(SCORES).map(([score, { title, set }]) => ({
      ...common,
      name: score,
      title,
      set: {
        ...base,
        'encoder.1.kind': 'attention',
        'encoder.1.score': score,
        'encoder.1.combine': 'concatenate',
        ...set,
      },
    })),
  ],
  report(entries) {
    return {
      lead: `The preset \`bilstm\` on twitter_hse, with word vectors of 100 numbers and 100 units per direction, and the same preset
with one attention over its states, concatenated with them. Nothing else differs. Three seeds each: mean and standard deviation of the
entity F1 on the validation part, which also chooses the epoch (15 at most). The validation part has 537 entities, so one
entity is 0.2 points; a difference within the deviations means nothing.`,
      tables: [{ header: ['attention', ...RUN_HEADER.slice(1)], rows: entries.map(runRow) }],
      chart: {
        kind: 'dots',
        title: 'Attention over a BiLSTM on tweets: entity F1, mean and standard deviation over seeds',
        x: 'F1 on the validation part →',
        points: entries.flatMap(({ run, f1: { mean, deviation } }) =>
          mean === null ? [] : [{ row: run.title, series: 'F1', value: mean, deviation }],
        ),
      },
    }
  },
}
