import * as v from 'valibot'
import { checked, parseJson } from './checked.js'
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

const score = v.nullable(v.number())
const scores = v.looseObject({ precision: score, recall: score, f1: score })

/** What is read of the events in a log; the rest is as training wrote it. */
const eventSchema = v.variant('kind', [
  v.looseObject({
    kind: v.literal('start'),
    sentences: v.number(),
    tokens: v.number(),
    devSentences: v.number(),
    types: v.array(v.string()),
    tags: v.number(),
    unit: v.picklist(['word', 'character', 'piece']),
    words: v.number(),
    characters: v.number(),
    parameters: v.number(),
    epochs: v.number(),
    chosen: v.optional(v.record(v.string(), v.unknown())),
    epochSentences: v.number(),
    stepsPerEpoch: v.number(),
    runtime: v.string(),
    threads: v.number(),
  }),
  v.looseObject({
    kind: v.literal('epoch'),
    epoch: v.number(),
    loss: v.number(),
    learningRate: v.number(),
    gradientNorm: v.number(),
    tokensPerSecond: v.nullable(v.number()),
    seconds: v.number(),
    best: v.boolean(),
    dev: v.nullable(scores),
    types: v.nullable(v.record(v.string(), scores)),
  }),
  v.looseObject({ kind: v.literal('warning'), code: v.string(), message: v.string() }),
  v.looseObject({ kind: v.picklist(['step', 'checkpoint', 'done']) }),
])

/** @throws ModelFileError with the line that is not an event */
export function parseLog(text: string, where: string): TrainEvent[] {
  return text.split('\n').flatMap((line, i) => {
    if (line === '') return []
    const place = `${where}:${i + 1}`
    return [checked(eventSchema, parseJson(line, place), place) as unknown as TrainEvent]
  })
}
