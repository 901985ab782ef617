import { PartLoss } from './part-loss.js'
import { createPartMemory, crfKernels, crfModule } from './part-memory.js'
import { type CrfData, PARTS } from './training-data.js'

/** Computes the loss of all sentences, in one thread or several. */
export interface CrfEvaluator {
  /** Minus the log-likelihood, and its gradient, which replaces what `gradient` held. */
  evaluate(weights: Float64Array, gradient: Float64Array): number
  release(): Promise<void>
}

/** Evaluates part by part in the calling thread. */
export function serialEvaluator(data: CrfData): CrfEvaluator {
  const module = crfModule(data.tags, false)
  const parts = Array.from({ length: PARTS }, (_, i) => {
    const part = createPartMemory(data, i, false)
    return new PartLoss(part, crfKernels(module, part.memory))
  })
  return {
    evaluate: (weights, gradient) =>
      sumParts(
        gradient,
        parts.map(part => ({ loss: part.evaluate(weights), gradient: part.gradient })),
      ),
    release: async () => {},
  }
}

/** The sum of the losses of all parts and of their gradients, in order. */
export function sumParts(
  gradient: Float64Array,
  parts: readonly { readonly loss: number; readonly gradient: Float64Array }[],
): number {
  gradient.set(parts[0].gradient)
  for (const { gradient: own } of parts.slice(1)) for (let p = 0; p < own.length; p++) gradient[p] += own[p]
  return parts.reduce((sum, { loss }) => sum + loss, 0)
}
