import type { PortableError } from '../../base/portable-error.js'
import type { TrainEvent } from '../../run/events.js'

/** What the training thread sends to the main one. */
export type WorkerMessage =
  | { readonly kind: 'event'; readonly event: TrainEvent }
  | { readonly kind: 'error'; readonly error: PortableError }
  | { readonly kind: 'end' }
