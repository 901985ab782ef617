// experiments/results/<name>.json: the record of every finished run.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { resolveAnyConfig } from '../../dist/config/resolve.js'

/** @returns records by the id of their run */
export function readResults(folder, experiment) {
  const file = join(folder, `${experiment}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).runs : {}
}

/** Experiments that have results. */
export function resultNames(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => file.slice(0, -'.json'.length))
    .sort()
}

/** Adds a record; if the process is killed, the file has either the old or the new content. */
export function saveRecord(folder, experiment, record) {
  const runs = { ...readResults(folder, experiment), [record.id]: record }
  const sorted = Object.fromEntries(Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeWhole(join(folder, `${experiment}.json`), formatJson({ experiment, runs: sorted }))
}

export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  const unfinished = `${file}.unfinished`
  writeFileSync(unfinished, text)
  renameSync(unfinished, file)
}

/** Indented JSON, with everything on one line that fits there, such as a point of a curve. */
function formatJson(value, indent = '', width = 118) {
  const flat = JSON.stringify(value)
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= width)
    return indent === '' ? `${flat}\n` : flat
  const inner = `${indent}  `
  const [open, close, lines] = Array.isArray(value)
    ? ['[', ']', value.map(item => inner + formatJson(item, inner))]
    : [
        '{',
        '}',
        Object.entries(value).map(
          ([key, item]) => `${inner}${JSON.stringify(key)}: ${formatJson(item, inner)}`,
        ),
      ]
  const text = `${open}\n${lines.join(',\n')}\n${indent}${close}`
  return indent === '' ? `${text}\n` : text
}

/**
 * Whether a stored configuration means the same as the wanted one. Settings that are newer than the stored one have their
 * defaults. The number of threads is ignored: it depends on the machine (`--jobs`) and affects only the last digits of
 * results. With a time limit it counts, because it decides how far a run gets. A wanted `auto` means the number that it
 * became when the stored run was trained. Rules are the same if their bytes are.
 */
export function isSameConfig(stored, wanted) {
  if (wanted.recognizer === 'rules') return isDeepStrictEqual(stored, wanted)
  try {
    const found = resolveAnyConfig({ file: stored })
    if (found.recognizer !== wanted.recognizer) return false
    return isDeepStrictEqual(comparable(found), comparable(fixedAs(found, wanted)))
  } catch {
    return false
  }
}

function fixedAs(found, wanted) {
  if (wanted.recognizer !== 'neural')
    return { ...wanted, text: wanted.text.segmentation === 'auto' ? found.text : wanted.text }
  const { training, input, text } = wanted
  const { affixes } = input
  const numbers = ['epochs', 'batchSize', 'learningRate'].filter(name => training[name] === 'auto')
  const isForSmall = affixes !== null && affixes.below !== null
  return {
    ...wanted,
    text: text.segmentation === 'auto' ? { ...text, segmentation: found.text.segmentation } : text,
    input: {
      ...input,
      words:
        input.words.dropout === 'auto' ? { ...input.words, dropout: found.input.words.dropout } : input.words,
      affixes: isForSmall ? found.input.affixes && { ...affixes, below: null } : affixes,
    },
    training: {
      ...training,
      ...Object.fromEntries(numbers.map(name => [name, found.training[name]])),
      averaging: training.averaging.kind === 'auto' ? found.training.averaging : training.averaging,
    },
  }
}

function comparable(config) {
  const { training: all, ...rest } = JSON.parse(JSON.stringify(config))
  if (all === undefined) return rest
  // What `auto` means for large corpora says nothing where there are numbers.
  const { large: _, ...training } = all
  return training.maxMinutes === null
    ? { ...rest, training: { ...training, threads: null } }
    : { ...rest, training }
}
