// Records of runs, combined over seeds and folds.
import { corpusTitle, partsOf } from './corpora.mjs'
import { plannedSeeds } from './plan.mjs'

/**
 * One entry for each run of a definition, with the records of all its seeds and folds.
 * @param records those that were made with the definition's present settings; `missing` counts the planned ones that are not there
 */
export function summarize(definition, records) {
  return definition.runs.map(run => {
    const own = records.filter(record => record.run === run.name && record.corpus === run.corpus)
    const parts = partsOf(run.corpus)
    const seeds = [...new Set(own.map(({ seed }) => seed))].sort((a, b) => a - b)
    const bySeed = seeds.map(seed => pooled(own.filter(record => record.seed === seed).map(({ dev }) => dev)))
    const wanted = new Set([...seeds, ...plannedSeeds(run)])
    const missing = wanted.size * parts.length - own.length
    return {
      run,
      corpus: run.corpus,
      corpusTitle: corpusTitle(run.corpus),
      records: own,
      seeds,
      missing,
      precision: spread(bySeed.map(({ precision }) => precision)),
      recall: spread(bySeed.map(({ recall }) => recall)),
      f1: spread(bySeed.map(({ f1 }) => f1)),
      parameters: own.at(-1)?.parameters ?? null,
      seconds: own.length === 0 ? null : own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
    }
  })
}

/** Scores over all entities of several folds. @param scores with counts `gold`, `predicted`, `correct` */
export function pooled(scores) {
  const sum = key => scores.reduce((total, part) => total + part[key], 0)
  const [gold, predicted, correct] = ['gold', 'predicted', 'correct'].map(sum)
  return {
    precision: predicted > 0 ? correct / predicted : null,
    recall: gold > 0 ? correct / gold : null,
    f1: gold + predicted > 0 ? (2 * correct) / (gold + predicted) : null,
  }
}

/** Mean and sample deviation; the deviation is `null` for fewer than two values. */
export function spread(values) {
  const known = values.filter(value => value !== null)
  if (known.length === 0) return { mean: null, deviation: null, count: 0 }
  const mean = known.reduce((a, b) => a + b, 0) / known.length
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null,
    count: known.length,
  }
}

/** `0.4957`, `0.4957 ± 0.0031`, `–`; with an asterisk if seeds or folds are missing. */
export function cell({ mean, deviation }, missing = 0) {
  if (mean === null) return '–'
  return `${mean.toFixed(4)}${deviation === null ? '' : ` ± ${deviation.toFixed(4)}`}${missing > 0 ? ' \\*' : ''}`
}

export function scoreCells({ precision, recall, f1, missing }) {
  return [cell(precision), cell(recall), cell(f1, missing)]
}

/** `47 s`, `12 min`, `2 h 5 min`. */
export function duration(seconds) {
  if (seconds === null) return '–'
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function count(number) {
  return number === null ? '–' : number.toLocaleString('en-US')
}

/** The usual row of a table of runs. */
export const RUN_HEADER = ['run', 'parameters', 'time', 'precision', 'recall', 'F1']
export function runRow(entry) {
  return [
    entry.run.title ?? entry.run.name,
    count(entry.parameters),
    duration(entry.seconds),
    ...scoreCells(entry),
  ]
}
