export * from './browser.js'
export { type Corpus, loadCorpus, readSentences } from './corpus/node/read-corpus.js'
export type { ReadReport } from './corpus/node/read-report.js'
export {
  type Part,
  type SplitOptions,
  type SplitPart,
  type SplitSummary,
  splitFile,
} from './corpus/node/split-file.js'
export { type WriteFileOptions, type WriteReport, writeSentences } from './corpus/node/write-sentences.js'
export type { SplitPlan } from './corpus/split/plan-split.js'
export { type ClassFile, readClassFile } from './encode/node/class-file.js'
export { type GazetteerFile, readGazetteer } from './encode/node/read-gazetteer.js'
export type { ReadVectorsOptions } from './encode/node/read-vector-file.js'
export type { CollectOptions, ReadVectors } from './encode/node/vector-collector.js'
export type { VectorForm } from './encode/node/write-vectors.js'
export type { LossShare } from './evaluate/loss-shares.js'
export type { SourceConflict, SourceCounts, SourceReport } from './evaluate/source-tally.js'
export type { FeatureWeight, LearnedWeights, StepWeight } from './features/crf/strongest.js'
export { loadSpanRecognizer } from './recognize/node/load-span-recognizer.js'
export { type LoadOptions, loadTagger } from './recognize/node/load-tagger.js'
export type { QueueLimits } from './recognize/node/pool/thread-pool.js'
export { QueueFull } from './recognize/queue-full.js'
export type { Figure, FigureTable, LegendEntry, Sign } from './report/charts/figure-data.js'
export type { Capped } from './report/clip.js'
export type { CorpusFacts, CorpusRole } from './report/corpus-facts.js'
export { type EvaluationInput, evaluationData } from './report/evaluation-data.js'
export type { EpochPoint, LearningData } from './report/learning-data.js'
export { type RunReportOptions, runReport } from './report/node/run-report.js'
export { type WriteReportOptions, writeReport } from './report/node/write-report.js'
export { renderReport, reportFigures } from './report/render-report.js'
export type {
  AttendedSentence,
  AttentionData,
  AttentionMap as ReportedAttention,
  Baselines,
  CalibrationData,
  Comparison,
  EvaluationData,
  ModelFacts,
  ProbabilityData,
  RawText,
  ReportData,
  ShownSentence,
  ShownTokens,
  SuspectLabels,
  TagProbabilities,
  ThresholdData,
} from './report/report-data.js'
export type { RunMetrics } from './run/metrics.js'
export { type ImportSummary, importCheckpoint } from './run/node/import-checkpoint.js'
export { readEncoderFolder } from './run/node/read-encoder-folder.js'
export { readWordVectors } from './run/node/read-word-vectors.js'
export { configFrom } from './train/node/config-from.js'
export { train } from './train/node/train.js'
export type { TrainOptions } from './train/node/training-options.js'
export type { VectorProgress } from './vectors/node/train-vectors.js'
export type { SubwordSettings, VectorSettings } from './vectors/settings.js'
export { type LabelReport, type LabelRequest, labelCorpus } from './workflows/node/label-corpus.js'
export {
  brownClassFile,
  type ClassesReport,
  type ClassesRequest,
  kMeansClassFile,
} from './workflows/node/make-classes.js'
export {
  type SoftCorpusReport,
  type SoftCorpusRequest,
  writeSoftCorpus,
} from './workflows/node/soft-corpus.js'
export {
  type PlainTexts,
  type TrainVectorsReport,
  type TrainVectorsRequest,
  trainVectorFile,
} from './workflows/node/train-vectors.js'
