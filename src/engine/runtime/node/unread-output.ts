/**
 * Runs of onnxruntime-node without copies of their outputs.
 *
 * Its versions up to 1.30 copy every output into new memory after a run, even one that was just written into the tensor that
 * was given for it: for the gradients of a large model, tens of milliseconds a step. They do so in the order of the
 * model's outputs, and stop at the first one of a type that JavaScript has no array for. So a model gets such an output in front of
 * its own, and a run that asks for it ends with an error after everything has been computed and written. Versions that know the
 * type return as usual.
 */
import { WireWriter } from '../../onnx/wire.js'
import type { EndingOutput } from '../ort-session.js'

/** The output in front. */
export const UNREAD: EndingOutput = {
  name: '?unread',
  isEnd: error => error instanceof Error && error.message === 'Non tensor type is temporarily not supported.',
}

/** ONNX's number of float32. */
const FLOAT = 1

/**
 * The bytes of a model with the output `UNREAD` in front of its own: an empty sequence. What is written twice in a message of Protocol
 * Buffers is merged, so that a piece of a model before a model is enough.
 */
export function withUnreadOutput(model: Uint8Array): Uint8Array {
  const node = new WireWriter().string(2, UNREAD.name).string(4, 'SequenceEmpty')
  const tensorType = new WireWriter().message(1, new WireWriter().int(1, FLOAT))
  const sequenceType = new WireWriter().message(4, new WireWriter().message(1, tensorType))
  const output = new WireWriter().string(1, UNREAD.name).message(2, sequenceType)
  const front = new WireWriter().message(7, new WireWriter().message(1, node).message(12, output)).finish()
  const whole = new Uint8Array(front.length + model.length)
  whole.set(front)
  whole.set(model, front.length)
  return whole
}
