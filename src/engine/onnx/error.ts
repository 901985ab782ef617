import { InputError } from '../../base/errors.js'

/** A file that is not an ONNX model, or one that the engine can't read. */
export class OnnxError extends InputError {
  override readonly name = 'OnnxError'

  constructor(
    code: 'onnx/damaged' | 'onnx/unsupported' | 'onnx/graph',
    where: string,
    expected: string,
    got: string,
    remedy?: string,
  ) {
    super(code, { where, expected, got, remedy })
  }
}
