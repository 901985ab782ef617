/** The operators of the engine, by family. Names, inputs and attributes are ONNX's (opset 17, com.microsoft 1). */
export type UnaryKind =
  | 'Abs'
  | 'Ceil'
  | 'Cos'
  | 'Elu'
  | 'Erf'
  | 'Exp'
  | 'Floor'
  | 'Gelu'
  | 'HardSwish'
  | 'LeakyRelu'
  | 'Log'
  | 'Neg'
  | 'Reciprocal'
  | 'Relu'
  | 'Round'
  | 'Sigmoid'
  | 'Sign'
  | 'Sin'
  | 'Softplus'
  | 'Softsign'
  | 'Sqrt'
  | 'Tanh'

export type ArithmeticKind = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Mod' | 'Max' | 'Min' | 'Clip'

export type LogicKind =
  | 'And'
  | 'Equal'
  | 'Greater'
  | 'GreaterOrEqual'
  | 'IsNaN'
  | 'Less'
  | 'LessOrEqual'
  | 'Not'
  | 'Or'
  | 'Where'
  | 'Xor'

export type ReductionKind =
  | 'ReduceL1'
  | 'ReduceL2'
  | 'ReduceLogSumExp'
  | 'ReduceMax'
  | 'ReduceMean'
  | 'ReduceMin'
  | 'ReduceProd'
  | 'ReduceSum'
  | 'ReduceSumSquare'

export type OrderKind = 'ArgMax' | 'ArgMin' | 'CumSum' | 'TopK'

export type NormalizationKind = 'Softmax' | 'LogSoftmax' | 'LayerNormalization' | 'Dropout'

export type MatrixKind = 'MatMul' | 'FusedMatMul' | 'Gemm'

export type ConvolutionKind = 'Conv' | 'ConvTranspose' | 'MaxPool'

export type LayoutKind =
  | 'Cast'
  | 'Concat'
  | 'Expand'
  | 'Flatten'
  | 'Identity'
  | 'Pad'
  | 'Reshape'
  | 'Slice'
  | 'Split'
  | 'Squeeze'
  | 'Tile'
  | 'Transpose'
  | 'Trilu'
  | 'Unsqueeze'

export type IndexKind = 'Gather' | 'GatherElements' | 'GatherND' | 'ScatterElements' | 'ScatterND' | 'OneHot'

export type SourceKind = 'Constant' | 'ConstantOfShape' | 'Range' | 'Shape'

export type LoopKind = 'Scan'
export type RecurrentKind = 'LSTM' | 'GRU'

export type OpKind =
  | UnaryKind
  | ArithmeticKind
  | LogicKind
  | ReductionKind
  | OrderKind
  | NormalizationKind
  | MatrixKind
  | ConvolutionKind
  | LayoutKind
  | IndexKind
  | SourceKind
  | LoopKind
  | RecurrentKind
