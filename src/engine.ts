/**
 * `nerite/engine`: build, differentiate, run and optimize any network. Runs in a page, a web worker and Node.js alike; in
 * Node.js the same import also has the native runtime (`engine-node.ts`).
 */
import './base/globals.js'

export { InputError, isInputError } from './base/errors.js'
export type {
  Fault,
  FilePlace,
  Message,
  OptionRef,
  Place,
  Reference,
  SettingRef,
  Spelling,
  VerbRef,
} from './base/fault.js'
export { ModelFileError } from './base/model-file-error.js'
export { Random, type RandomState } from './base/random.js'
export type {
  AttributeType,
  AttributeTypes,
  GivenAttributes,
  RequiredNames,
  ValueOf,
} from './engine/graph/attributes.js'
// Graphs
export { GraphBuilder, type HandDerivedBlock } from './engine/graph/builder.js'
export type { Dim } from './engine/graph/dim.js'
export { GraphError, type GraphErrorCode } from './engine/graph/error.js'
export { gradients } from './engine/graph/gradients.js'
export type { Attributes, OpKind } from './engine/graph/kinds.js'
export type { Inputs, Keep, Operand, Operations, ProductOptions } from './engine/graph/operations.js'
export type { CopyOptions } from './engine/graph/passes/copy.js'
export type { ScanLoop, ScanResult, ScanStep } from './engine/graph/scan.js'
export { type ElementType, floatTensor, type Tensor, type TensorData, tensor } from './engine/graph/tensor.js'
export type { Block, Graph, Node, NodeOf, Value } from './engine/graph/value.js'
// Layers
export {
  type AdditiveWeights,
  additiveAttention,
  additiveParameters,
} from './engine/layers/additive-attention.js'
export {
  type Attended,
  type AttentionOptions,
  attend,
  dotAttention,
  type MultiHeadOptions,
  type MultiHeadSize,
  type MultiHeadWeights,
  multiHeadAttention,
  multiHeadParameters,
  type RelativeAttention,
  toKeyBias,
} from './engine/layers/attention.js'
export {
  type Conv1dSize,
  type ConvStackOptions,
  type ConvStackSize,
  type ConvWeights,
  conv1d,
  conv1dParameters,
  convStack,
  convStackSizes,
  type FeatureAxis,
} from './engine/layers/convolution.js'
export { type CrfGold, type CrfParameters, crfLoss } from './engine/layers/crf.js'
export {
  type Activation,
  chunkedFeedForward,
  type FeedForwardWeights,
  feedForward,
  feedForwardParameters,
} from './engine/layers/feed-forward.js'
export {
  type FusedWeights,
  fusedRecurrent,
  fusedValues,
  toFusedGru,
  toFusedLstm,
} from './engine/layers/fused.js'
export {
  type GatedLayer,
  type GatedLayerSize,
  gatedLayer,
  gatedLayerParameters,
  nearBias,
} from './engine/layers/gated-transformer.js'
export { type GruWeights, gru, gruParameters } from './engine/layers/gru.js'
export { layerNorm } from './engine/layers/layer-norm.js'
export { linear, linearLast } from './engine/layers/linear.js'
export { lshAttention, lshAttentionWeights } from './engine/layers/lsh-attention.js'
export {
  type LshLayout,
  type LshOrder,
  type LshSize,
  lshLayout,
  lshSort,
  rotationsShape,
} from './engine/layers/lsh-order.js'
export { type LstmWeights, lstm, lstmParameters } from './engine/layers/lstm.js'
export {
  bias,
  type LayerParameter,
  matrix,
  parameterSpecs,
  type Weights,
  weightsOf,
} from './engine/layers/parameters.js'
export {
  learnedPositions,
  type RotaryTables,
  rotaryTables,
  rotate,
  sinusoidalPositions,
} from './engine/layers/positions.js'
export {
  type RecurrentContext,
  type RecurrentLayer,
  type RecurrentSize,
  stacked,
  stackSizes,
} from './engine/layers/recurrent.js'
export {
  type ReformerContext,
  type ReformerOptions,
  type ReformerSize,
  type ReformerWeights,
  reformer,
  reformerParameters,
} from './engine/layers/reformer.js'
export {
  type Distances,
  type DistanceTable,
  distanceRows,
  type RelativeTerms,
} from './engine/layers/relative-attention.js'
export {
  type Halves,
  type LayerSlices,
  type ReversibleHalf,
  residual,
  reversible,
  type Streams,
} from './engine/layers/reversible.js'
export { type SoftmaxLossOptions, softmaxLoss } from './engine/layers/softmax-loss.js'
export {
  type NormWeights,
  type TransformerDropout,
  type TransformerLayer,
  type TransformerSize,
  type TransformerWeights,
  transformer,
  transformerParameters,
} from './engine/layers/transformer.js'
// ONNX files
export { type DecodedModel, type DecodeOptions, decodeModel } from './engine/onnx/decode.js'
export { type EncodeOptions, encodeModel } from './engine/onnx/encode.js'
export { OnnxError } from './engine/onnx/error.js'
export { nameParameters, type ParameterName } from './engine/onnx/parameters.js'
export type { OutsideData } from './engine/onnx/tensors.js'
// Parameters and their updates
export {
  type AveragedWeights,
  type AveragedWeightsState,
  type AveragingConfig,
  createAveragedWeights,
} from './engine/optim/averaged-weights.js'
export { fillDropoutMask } from './engine/optim/dropout-mask.js'
export { GradientAccumulator } from './engine/optim/gradient-accumulator.js'
export { type Fans, fillInitial, type Initial } from './engine/optim/initializer.js'
export {
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  optimizerSlots,
  type StepOptions,
  type StepResult,
} from './engine/optim/optimizer.js'
export {
  type DenseRange,
  type Parameter,
  type ParameterSpec,
  ParameterStore,
  type PendingRows,
  type RowGradient,
  type Slot,
  type StoreOptions,
} from './engine/optim/parameter-store.js'
export {
  type DType,
  parseSafetensors,
  type Safetensors,
  type StoredData,
  type StoredTensor,
  safetensorsParts,
  toSafetensors,
} from './engine/optim/safetensors.js'
export {
  createSchedule,
  type Progress,
  type Schedule,
  type ScheduleConfig,
  type ScheduleState,
} from './engine/optim/schedules.js'
export type { StoreMemory } from './engine/optim/store-layout.js'
export {
  checkpointTensors,
  restoreCheckpoint,
  restoreValues,
  valueTensors,
} from './engine/optim/store-tensors.js'
export type { GroupConfig, OptimizerConfig, OptimizerKind, RowUpdates } from './engine/optim/update-rules.js'
export type { Kernel, KernelName, Kernels, UpdateKernelName } from './engine/optim/wasm-kernels.js'
export type { OrtInferenceSession, OrtModule, OrtTensor } from './engine/runtime/ort-session.js'
export type { ReferenceOptions } from './engine/runtime/reference/evaluate.js'
// Runtimes
export { referenceRuntime } from './engine/runtime/reference/reference.js'
export {
  type GpuDevice,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from './engine/runtime/runtime.js'
export { type OrtWebModule, type WebRuntimeOptions, webRuntime } from './engine/runtime/web/ort-web.js'
