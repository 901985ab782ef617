import * as v from 'valibot'
import { ModelFileError } from '../base/model-file-error.js'
import { recordOf } from '../base/record-schema.js'
import { checked, count, finite, parseJson } from './checked.js'
import type { TrainEvent } from './events.js'

/** Milliseconds between two step events in the log. */
const STEP_INTERVAL = 10_000

/** Turns events into lines of a log, with the time when they happened; of the steps it keeps one now and then. */
export function lineWriter(write: (line: string) => void): (event: TrainEvent) => void {
  let lastStep = Number.NEGATIVE_INFINITY
  return event => {
    if (event.kind === 'step') {
      if (performance.now() - lastStep < STEP_INTERVAL) return
      lastStep = performance.now()
    }
    write(`${JSON.stringify({ time: new Date().toISOString(), ...event, note: undefined })}\n`)
  }
}

const score = v.nullable(finite)
const scores = v.looseObject({ precision: score, recall: score, f1: score })
const coverage = { words: count, exact: count, lower: count, digits: count, missing: count }

/** What is read of the events in a log; the rest is as training wrote it. */
const eventSchema = v.variant('kind', [
  v.looseObject({
    kind: v.literal('start'),
    recognizer: v.optional(v.string(), 'neural'),
    features: v.optional(v.nullable(count), null),
    sentences: count,
    tokens: count,
    devSentences: count,
    types: v.array(v.string()),
    tags: count,
    from: v.optional(v.nullable(v.looseObject({ model: v.string() })), null),
    unit: v.picklist(['word', 'character', 'piece']),
    words: count,
    characters: count,
    vectors: v.nullable(
      v.looseObject({ ...coverage, tokens: v.looseObject(coverage), examples: v.array(v.string()) }),
    ),
    parameters: count,
    epochs: count,
    chosen: v.optional(recordOf(v.unknown())),
    epochSentences: finite,
    stepsPerEpoch: finite,
    runtime: v.string(),
    threads: count,
  }),
  v.looseObject({
    kind: v.literal('epoch'),
    epoch: count,
    loss: finite,
    learningRate: finite,
    gradientNorm: finite,
    tokensPerSecond: v.nullable(finite),
    seconds: finite,
    best: v.boolean(),
    dev: v.nullable(scores),
    types: v.nullable(recordOf(scores)),
  }),
  v.looseObject({ kind: v.literal('warning'), code: v.string(), message: v.string() }),
  v.looseObject({ kind: v.picklist(['step', 'checkpoint', 'done']) }),
])

/** Events that are read of a log: a step is logged every ten seconds. */
const MOST_EVENTS = 1_000_000
/** Of one event: the scores of ten thousand types. */
const LINE_LIMITS = { containers: 20_000, values: 100_000 }

/** @throws ModelFileError with the line that is not an event */
export function parseLog(text: string, where: string): TrainEvent[] {
  const events: TrainEvent[] = []
  let line = 0
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    line++
    const place = `${where}:${line}`
    if (events.length === MOST_EVENTS || line > 2 * MOST_EVENTS)
      throw new ModelFileError({ where: place, expected: `at most ${MOST_EVENTS} events`, got: 'more' })
    if (end > start) {
      const value = parseJson(text.slice(start, end), place, LINE_LIMITS)
      events.push(checked(eventSchema, value, place) as unknown as TrainEvent)
    }
    start = end + 1
  }
  return events
}
