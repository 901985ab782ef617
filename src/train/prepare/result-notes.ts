/** What a user should know of a run when it has ended. */
import { type Message, type Note, say, setting, verb } from '../../base/fault.js'
import type { DoneEvent } from '../../run/events.js'
import { type FixedConfig, fixSizes } from './corpus-size.js'
import { stepsPerEpoch } from './sampling.js'

/**
 * Says of a tagger that it finds nothing, and what to try.
 * @param sentences of the training corpus
 */
export function resultNotes(config: FixedConfig, done: DoneEvent, sentences: number): Note[] {
  if (done.reason === 'interrupted' || done.bestEpoch === null || (done.best?.f1 ?? 0) > 0) return []
  const { train, dev } = config.corpus
  const check = verb('corpus check', [
    ...(train.length > 0 ? train.map(({ file }) => file) : ['TRAIN']),
    dev ?? 'DEV',
  ])
  return [
    {
      code: 'learned-nothing',
      where: dev ?? 'the development corpus',
      message: say`after training, the tagger finds none of the entities. ${remedy(config, done, sentences)}, and look at the labels with ${check}`,
    },
  ]
}

/** What would train longer or in smaller batches than the run did. */
function remedy(config: FixedConfig, { epoch, reason }: DoneEvent, sentences: number): Message {
  const { training } = config
  const limits = (['maxSteps', 'maxMinutes'] as const).filter(name => training[name] !== null)
  if (reason === 'limit')
    return say`It was stopped by a limit: raise ${limits.map(name => say`${setting(`training.${name}`)}`).reduce((all, one) => say`${all} and ${one}`)}`
  const updates = epoch * stepsPerEpoch(sentences, training)
  const auto = fixSizes(
    { ...config, training: { ...training, epochs: 'auto', batchSize: 'auto' } },
    sentences,
  )
  const recommended = auto.training.epochs * stepsPerEpoch(sentences, auto.training)
  if (updates < recommended) {
    const changed = (['epochs', 'batchSize'] as const).filter(name => training[name] !== auto.training[name])
    return say`It was trained for ${updates} updates, and ${sentences} sentences need about ${recommended}: set ${changed.map(name => say`${setting(`training.${name}`, 'auto')}`).reduce((all, one) => say`${all} and ${one}`)}`
  }
  const epochs = say`${setting('training.epochs', String(2 * training.epochs))}`
  if (training.batchSize === 1) return say`More updates may help: try ${epochs}`
  const fewer = String(Math.ceil(training.batchSize / 4))
  return say`More updates may help: try ${epochs} and ${setting('training.batchSize', fewer)}`
}
