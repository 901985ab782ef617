import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EpochEvent, StartEvent, StepEvent, TrainEvent } from '../run/events.js'
import { recordingContext } from './testing/run-cli.js'
import { TrainProgress } from './train-progress.js'

const START: StartEvent = {
  kind: 'start',
  recognizer: 'neural',
  resumedFrom: null,
  from: null,
  sentences: 1200,
  tokens: 1,
  devSentences: 10,
  types: ['LOC', 'PER'],
  tags: 5,
  unit: 'word',
  words: 3456,
  features: null,
  characters: 60,
  vectors: null,
  parameters: 1_234_567,
  epochs: 12,
  chosen: {},
  epochSentences: 1200,
  stepsPerEpoch: 38,
  runtime: 'onnxruntime-node',
  threads: 2,
}
const STEP: StepEvent = {
  kind: 'step',
  epoch: 3,
  step: 19,
  steps: 38,
  loss: 1.5,
  tokensPerSecond: 20_400.4,
  learningRate: 0.01,
  secondsLeft: 75,
}
const EPOCH: EpochEvent = {
  kind: 'epoch',
  epoch: 3,
  epochs: 12,
  updates: 114,
  loss: -0.0001,
  learningRate: 0.01,
  tokensPerSecond: 20_400.4,
  seconds: 61,
  evaluationSeconds: 1,
  secondsLeft: 0,
  dev: { precision: 0.5, recall: null, f1: 0.25 },
  types: null,
  best: true,
  gradientNorm: 1,
}

function shown(events: readonly TrainEvent[], isTerminal = false) {
  const { context, printed } = recordingContext(isTerminal)
  const progress = new TrainProgress(context)
  for (const event of events) progress.show(event)
  return { lines: printed.stderr.split('\n').slice(0, -1), status: printed.status, stdout: printed.stdout }
}

test('a start: size, model and runtime, and what is special about the run', () => {
  assert.deepEqual(shown([START]).lines, [
    'training on 1,200 sentences, 1 token; 2 types (LOC, PER) as 5 tags',
    '1,234,567 parameters, 3,456 words; 38 steps per epoch, up to 12 epochs; onnxruntime-node, 2 threads',
  ])
  const [, , chosen] = shown([
    { ...START, chosen: { 'training.batchSize': 32, 'training.averaging.kind': 'ema' } },
  ]).lines
  assert.equal(chosen, 'chosen for 1,200 sentences: --training.batchSize 32 --training.averaging.kind ema')
  const special = shown([
    {
      ...START,
      types: [],
      epochSentences: 899.6,
      devSentences: 0,
      resumedFrom: { epoch: 2, step: 7 },
      vectors: {
        words: 3000,
        exact: 1500,
        lower: 400,
        digits: 100,
        missing: 1000,
        tokens: { words: 200, exact: 100, lower: 40, digits: 10, missing: 50 },
        examples: [],
      },
    },
  ])
  assert.match(special.lines[0], /; no type as 5 tags$/)
  assert.deepEqual(special.lines.slice(2), [
    'sampled: about 900 sentences per epoch',
    'pretrained vectors for 2,000 of 3,000 training words (1,500 as they are, 400 in lower case, 100 with digits replaced), 75.0 % of all tokens',
    'nothing to measure on after an epoch: all epochs run and the last one is kept',
    'resumed in epoch 2, after step 7',
  ])
})

test('an epoch: loss, development scores, speed and time', () => {
  const [line] = shown([EPOCH]).lines
  assert.equal(line, 'epoch  3/12  loss 0.000  dev P 0.5000 R   –    F1 0.2500 best  20,400 tokens/s  1m 02s')
  const [plain] = shown([{ ...EPOCH, epoch: 11, dev: null, secondsLeft: 3600 }]).lines
  assert.equal(plain, 'epoch 11/12  loss 0.000  20,400 tokens/s  1m 02s  1h 00m left')
})

test('on a terminal a bar is redrawn between the lines, in a pipe there is none', () => {
  const terminal = shown([STEP, { ...STEP, step: 38 }, EPOCH], true)
  assert.deepEqual(terminal.status, [
    `${'━'.repeat(20)} epoch 3 step 19/38  loss 1.500  20,400 tokens/s  1m 15s left`,
    `${'━'.repeat(20)} epoch 3 step 38/38  loss 1.500  20,400 tokens/s  1m 15s left`,
    '',
  ])
  assert.equal(terminal.lines.length, 1)
  const piped = shown([STEP, EPOCH])
  assert.deepEqual([piped.status.filter(line => line !== ''), piped.lines.length], [[], 1])
})

test('warnings are shown, checkpoints are not, nothing goes to stdout', () => {
  const { lines, stdout } = shown([
    { kind: 'warning', code: 'reading', message: 'key "id" is not read' },
    { kind: 'checkpoint', epoch: 1, step: 2 },
    { kind: 'done', reason: 'finished', epoch: 1, bestEpoch: 1, best: null, seconds: 1 },
  ])
  assert.deepEqual(lines, ['warning key "id" is not read'])
  assert.equal(stdout, '')
})
