/** Settings that are valid and yet change nothing in a run. */
import { DEFAULTS } from '../../config/defaults.js'
import { ENCODER_BLOCK_DEFAULTS, type EncoderBlockConfig } from '../../config/encoder-blocks.js'
import { type Plain, valueAt } from '../../config/known-settings.js'
import type { Config } from '../../config/schema.js'
import type { WarningEvent } from '../../run/events.js'
import type { DevSentences } from '../loop/dev-evaluation.js'
import { warning } from './warnings.js'

/** A setting that only another one's value gives a meaning. */
interface Owned<Of> {
  readonly setting: string
  /** The other setting, with the values that give one. */
  readonly needs: string
  readonly isUsed: (config: Of) => boolean
}

const isAdam = ({ training }: Config) => training.optimizer.kind.startsWith('adam')
const oversamples = ({ training }: Config) => training.sampling.kind === 'oversample'
const undersamples = ({ training }: Config) => training.sampling.kind === 'undersample'
const hasSchedule =
  (...kinds: readonly Config['training']['schedule']['kind'][]) =>
  ({ training }: Config) =>
    kinds.includes(training.schedule.kind)

const OF_RUN: readonly Owned<Config>[] = [
  {
    setting: 'input.pieces.size',
    needs: 'input.unit "piece"',
    isUsed: ({ input }) => input.unit === 'piece',
  },
  {
    setting: 'input.words.vectorLimit',
    needs: 'input.words.vectors',
    isUsed: ({ input }) => input.words.vectors !== null,
  },
  {
    setting: 'input.affixes.lengths',
    needs: 'input.affixes.dim above 0',
    isUsed: ({ input }) => input.affixes.dim > 0,
  },
  {
    setting: 'input.charCnn.dim',
    needs: 'input.charCnn.filters above 0',
    isUsed: ({ input }) => input.charCnn.filters > 0,
  },
  {
    setting: 'input.charLstm.dim',
    needs: 'input.charLstm.hidden above 0',
    isUsed: ({ input }) => input.charLstm.hidden > 0,
  },
  ...['beta1', 'beta2'].map(name => ({
    setting: `training.optimizer.${name}`,
    needs: 'training.optimizer.kind "adam" or "adamw"',
    isUsed: isAdam,
  })),
  {
    setting: 'training.optimizer.epsilon',
    needs: 'training.optimizer.kind "adam", "adamw" or "rmsprop"',
    isUsed: ({ training }) => training.optimizer.kind !== 'sgd',
  },
  {
    setting: 'training.optimizer.smoothing',
    needs: 'training.optimizer.kind "rmsprop"',
    isUsed: ({ training }) => training.optimizer.kind === 'rmsprop',
  },
  {
    setting: 'training.schedule.decay',
    needs: 'training.schedule.kind "inverse-time" or "exponential"',
    isUsed: hasSchedule('inverse-time', 'exponential'),
  },
  {
    setting: 'training.schedule.every',
    needs: 'training.schedule.kind "step"',
    isUsed: hasSchedule('step'),
  },
  {
    setting: 'training.schedule.factor',
    needs: 'training.schedule.kind "step" or "plateau"',
    isUsed: hasSchedule('step', 'plateau'),
  },
  {
    setting: 'training.schedule.patience',
    needs: 'training.schedule.kind "plateau"',
    isUsed: hasSchedule('plateau'),
  },
  {
    setting: 'training.averaging.decay',
    needs: 'training.averaging.kind "ema"',
    isUsed: ({ training }) => training.averaging.kind === 'ema',
  },
  ...['threshold', 'maxRepeat'].map(name => ({
    setting: `training.sampling.${name}`,
    needs: 'training.sampling.kind "oversample"',
    isUsed: oversamples,
  })),
  ...['keepEmpty', 'thinAbove'].map(name => ({
    setting: `training.sampling.${name}`,
    needs: 'training.sampling.kind "undersample"',
    isUsed: undersamples,
  })),
]

const OF_BLOCK: readonly Owned<EncoderBlockConfig>[] = [
  {
    setting: 'heads',
    needs: 'score "multi-head"',
    isUsed: block => block.kind !== 'attention' || block.score === 'multi-head',
  },
  {
    setting: 'dim',
    needs: 'score "bahdanau" or "multi-head"',
    isUsed: block => block.kind !== 'attention' || ['bahdanau', 'multi-head'].includes(block.score),
  },
  {
    setting: 'maxTime',
    needs: 'positions "learned"',
    isUsed: block => 'positions' in block && block.positions === 'learned',
  },
]

/**
 * What a user set (that is, what differs from the defaults) and what changes nothing in this run, a warning each.
 *
 * @param dev the development part; `null` without one
 */
export function idleSettings(config: Config, dev: DevSentences | null): WarningEvent[] {
  const { input, training } = config
  const { schedule, optimizer } = training
  const idle: string[] = []
  if (schedule.kind === 'plateau' && !dev)
    idle.push(
      'training.schedule.kind "plateau" lowers the rate where the development F1 no longer rises, and there is none: it stays as it is',
    )
  if (optimizer.kind === 'adamw' && optimizer.weightDecay === 0)
    idle.push(
      'training.optimizer.kind "adamw" with a weightDecay of 0 is "adam": give training.optimizer.weightDecay, such as 0.01',
    )
  if (isAdam(config) && optimizer.momentum > 0)
    idle.push(
      `training.optimizer.momentum (${optimizer.momentum}) is of "sgd" and "rmsprop": what "${optimizer.kind}" has of it is beta1`,
    )
  if (!input.words.fineTune && input.words.vectors === null)
    idle.push(
      'input.words.fineTune false keeps pretrained vectors as they are, and there are none: all words are trained',
    )
  idle.push(...unused('', config, DEFAULTS, OF_RUN))
  config.encoder.forEach((block, i) => {
    idle.push(
      ...unused<EncoderBlockConfig>(`encoder.${i}.`, block, ENCODER_BLOCK_DEFAULTS[block.kind], OF_BLOCK),
    )
  })
  return idle.map(message => warning('setting-without-effect', message))
}

function unused<Of extends object>(
  prefix: string,
  config: Of,
  standard: Of,
  settings: readonly Owned<Of>[],
): string[] {
  return settings.flatMap(({ setting, needs, isUsed }) => {
    const textOf = (settings: Of) => JSON.stringify(valueAt({ ...settings } as Plain, setting))
    const value = textOf(config)
    if (isUsed(config) || value === textOf(standard)) return []
    return [`${prefix}${setting} (${value}) has no effect without ${prefix}${needs}`]
  })
}
