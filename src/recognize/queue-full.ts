/** As many texts wait as may: try again later. Code `predict/queue`. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull'
  readonly code = 'predict/queue'

  constructor() {
    super('as many texts wait for the tagger as may: try again later')
  }
}
