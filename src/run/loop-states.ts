/** What a checkpoint's state must be, by the kind of recognizer that is trained. */
import * as v from 'valibot'
import { recordOf } from '../base/record-schema.js'
import type { RecognizerKind } from '../config/schema.js'
import { count, finite } from './checked.js'
import type { AnyLoopState, CrfState, LoopState } from './run-store.js'

/** 32 bits, with a sign or without. */
const word = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 32 - 1))
const random = v.object({ words: v.tuple([word, word, word, word]) })
const score = v.nullable(finite)
const best = v.nullable(
  v.object({ epoch: count, scores: v.object({ precision: score, recall: score, f1: score }) }),
)

const neural = v.object({
  epoch: v.pipe(count, v.minValue(1)),
  step: count,
  epochRandom: random,
  random,
  optimizer: v.object({
    kind: v.picklist(['adam', 'adamw', 'sgd', 'rmsprop']),
    step: count,
    lastSeen: recordOf(v.array(count)),
  }),
  schedule: v.object({ factor: finite, best: score, waited: count }),
  averaging: v.nullable(v.object({ updates: count })),
  lossSum: finite,
  tokens: finite,
  trainingSeconds: finite,
  best,
  epochsSinceBest: count,
  gradientNorm: finite,
  seconds: finite,
}) satisfies v.GenericSchema<unknown, LoopState>

const crf = v.object({
  algorithm: v.picklist(['lbfgs', 'perceptron', 'adagrad']),
  iteration: count,
  isDone: v.boolean(),
  seen: count,
  losses: v.pipe(v.array(finite), v.maxLength(1001)),
  random,
  best,
  seconds: finite,
}) satisfies v.GenericSchema<unknown, CrfState>

/** A kind that is trained in one go has no checkpoint to continue from. */
const none = v.never()

export const LOOP_STATES: Readonly<Record<RecognizerKind, v.GenericSchema<unknown, AnyLoopState>>> = {
  neural,
  crf,
  hmm: none,
  bootstrap: none,
}
