/**
 * `nerite/engine`: build, differentiate, run and optimize any network. Runs in a page, a web worker and Node.js alike; in
 * Node.js the same import also has the native runtime (`engine-node.ts`).
 */
export { InputError, isInputError } from './base/errors.js'
export { ModelFileError } from './base/model-file-error.js'
export { Random } from './base/random.js'
// Graphs
export { GraphBuilder } from './engine/graph/builder.js'
export type { Dim } from './engine/graph/dim.js'
export { GraphError } from './engine/graph/error.js'
export { gradients } from './engine/graph/gradients.js'
export { type ElementType, floatTensor, type Tensor, type TensorData, tensor } from './engine/graph/tensor.js'
export type { Graph, Value } from './engine/graph/value.js'
// Layers
export { additiveAttention, additiveParameters } from './engine/layers/additive-attention.js'
export {
  attend,
  dotAttention,
  multiHeadAttention,
  multiHeadParameters,
  toKeyBias,
} from './engine/layers/attention.js'
export {
  conv1d,
  conv1dParameters,
  convStack,
  convStackSizes,
} from './engine/layers/convolution.js'
export { type CrfGold, type CrfParameters, crfLoss } from './engine/layers/crf.js'
export { chunkedFeedForward, feedForward, feedForwardParameters } from './engine/layers/feed-forward.js'
export { fusedRecurrent, fusedValues, toFusedGru, toFusedLstm } from './engine/layers/fused.js'
export { gru, gruParameters } from './engine/layers/gru.js'
export { layerNorm } from './engine/layers/layer-norm.js'
export { linear, linearLast } from './engine/layers/linear.js'
export { lshAttention, lshAttentionWeights } from './engine/layers/lsh-attention.js'
export { lshLayout, lshSort, rotationsShape } from './engine/layers/lsh-order.js'
export { lstm, lstmParameters } from './engine/layers/lstm.js'
export {
  bias,
  type LayerParameter,
  matrix,
  parameterSpecs,
  type Weights,
  weightsOf,
} from './engine/layers/parameters.js'
export { learnedPositions, rotaryTables, rotate, sinusoidalPositions } from './engine/layers/positions.js'
export { type RecurrentContext, type RecurrentSize, stacked, stackSizes } from './engine/layers/recurrent.js'
export { reformer, reformerParameters } from './engine/layers/reformer.js'
export { type ReversibleHalf, residual, reversible } from './engine/layers/reversible.js'
export { softmaxLoss } from './engine/layers/softmax-loss.js'
export { transformer, transformerParameters } from './engine/layers/transformer.js'
// ONNX files
export { type DecodedModel, decodeModel } from './engine/onnx/decode.js'
export { encodeModel } from './engine/onnx/encode.js'
export { OnnxError } from './engine/onnx/error.js'
export { nameParameters, type ParameterName } from './engine/onnx/parameters.js'
// Parameters and their updates
export {
  type AveragedWeights,
  type AveragingConfig,
  createAveragedWeights,
} from './engine/optim/averaged-weights.js'
export { fillDropoutMask } from './engine/optim/dropout-mask.js'
export { GradientAccumulator } from './engine/optim/gradient-accumulator.js'
export { fillInitial, type Initial } from './engine/optim/initializer.js'
export { createOptimizer, type Optimizer, optimizerSlots } from './engine/optim/optimizer.js'
export {
  type Parameter,
  type ParameterSpec,
  ParameterStore,
  type RowGradient,
} from './engine/optim/parameter-store.js'
export {
  parseSafetensors,
  type Safetensors,
  type StoredTensor,
  safetensorsParts,
  toSafetensors,
} from './engine/optim/safetensors.js'
export { createSchedule, type Schedule, type ScheduleConfig } from './engine/optim/schedules.js'
export {
  checkpointTensors,
  restoreCheckpoint,
  restoreValues,
  valueTensors,
} from './engine/optim/store-tensors.js'
export type { GroupConfig, OptimizerConfig, RowUpdates } from './engine/optim/update-rules.js'
// Runtimes
export { referenceRuntime } from './engine/runtime/reference/reference.js'
export {
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from './engine/runtime/runtime.js'
export { type WebRuntimeOptions, webRuntime } from './engine/runtime/web/ort-web.js'
