/**
 * `nerite/browser`: what runs in a page, a web worker, and Node.js alike. `nerite` has all of it, and what needs files.
 */
import './base/globals.js'

export { InputError, isInputError } from './base/errors.js'
export type {
  Fault,
  FilePlace,
  Message,
  Note,
  OptionRef,
  Place,
  Reference,
  SettingRef,
  Spelling,
  VerbRef,
} from './base/fault.js'
export type { Format } from './base/format-names.js'
export { ModelFileError } from './base/model-file-error.js'
export { ConfigError } from './config/errors.js'
export type { NetworkSettings } from './config/network-settings.js'
export type { Override } from './config/overrides.js'
export { PRESETS } from './config/presets.js'
export {
  type ConfigSources,
  parseConfig,
  resolveAnyConfig,
  resolveConfig,
  type UncheckedSources,
} from './config/resolve.js'
export type {
  AnyConfig,
  Config,
  ConfigFile,
  ConfigOf,
  PartialAnyConfig,
  PartialConfig,
  Preset,
  PresetName,
  RecognizerKind,
} from './config/schema.js'
export type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './corpus/check/check.js'
export { type CheckReport, CorpusChecker } from './corpus/check/check-corpus.js'
export type {
  Example,
  Finding,
  FindingKind,
  FindingLog,
  FindingOptions,
  Severity,
} from './corpus/check/finding.js'
export { CorpusError } from './corpus/corpus-error.js'
export { createWriter } from './corpus/create-writer.js'
export type { Encoding, Utf16 } from './corpus/decode.js'
export type { ColumnChoice, OffsetUnit, ReadingUnit, ReadOptions } from './corpus/read-options.js'
export { readText } from './corpus/read-text.js'
export type { Annotated, Offsets, Sentence, Surroundings, TextSpan } from './corpus/sentence.js'
export type { Loss, LossLog, SentenceWriter, WriteOptions } from './corpus/sentence-writer.js'
export {
  type Ambiguity,
  type CorpusStats,
  type Distinct,
  type MentionCount,
  StatsCollector,
} from './corpus/stats/collect-stats.js'
export type { LengthSummary } from './corpus/stats/length-histogram.js'
export type { SpanConstraints } from './decode/constraints.js'
export type { Alternative, DecodedSentence, ScoredSpan } from './decode/decoder.js'
export type { GazetteerList } from './encode/gazetteer.js'
export type { SubwordScheme } from './encode/subwords.js'
export type { WordClass, WordClassList } from './encode/word-classes.js'
export type { CoverageCounts, SubwordTable, VectorCoverage, WordVectors } from './encode/word-vectors.js'
export type { ElementType, Tensor, TensorData } from './engine/graph/tensor.js'
export type { Activation } from './engine/layers/feed-forward.js'
export type { OrtInferenceSession, OrtModule, OrtTensor } from './engine/runtime/ort-session.js'
export type { ReferenceOptions } from './engine/runtime/reference/evaluate.js'
export { referenceRuntime } from './engine/runtime/reference/reference.js'
export {
  type GpuDevice,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from './engine/runtime/runtime.js'
export { type OrtWebModule, type WebRuntimeOptions, webRuntime } from './engine/runtime/web/ort-web.js'
export {
  type Breakdown,
  breakdowns,
  countMentions,
  type LabeledSentence,
  type TrainingMentions,
} from './evaluate/breakdown.js'
export {
  type Calibration,
  calibration,
  type FittedTemperature,
  fitScoreTemperature,
  fitTemperature,
  type Judged,
  type ReliabilityBin,
  scaleScore,
} from './evaluate/calibration.js'
export {
  type CharacterLabels,
  type CharacterReport,
  characterReport,
  toCharacterLabels,
} from './evaluate/character-report.js'
export {
  type ComparedSystem,
  type ComparedType,
  type CompareOptions,
  compareSystems,
  type Difference,
  type SystemComparison,
} from './evaluate/compare-systems.js'
export { countErrors, type EntityError, type ErrorKind, entityErrors } from './evaluate/entity-errors.js'
export {
  type CostlyConfusion,
  costlyConfusions,
  type ListedEntity,
  type ListedError,
  listErrors,
  suspectLabels,
} from './evaluate/error-list.js'
export {
  formatBreakdowns,
  formatCalibration,
  formatErrors,
  formatIntervals,
  formatPairedTest,
  formatThresholds,
} from './evaluate/format-analysis.js'
export { formatConlleval } from './evaluate/format-conlleval.js'
export { formatCharacterReport, formatScores } from './evaluate/format-scores.js'
export type { CountedPrf, Prf } from './evaluate/prf.js'
export { EvaluateError, ScoreAccumulator, type ScoreOptions } from './evaluate/score-accumulator.js'
export { scorePairs, scoreTags } from './evaluate/score-tags.js'
export {
  type PredictedSpan,
  type ScoredSentence,
  type SpanRange,
  spanReader,
} from './evaluate/scored-sentence.js'
export type {
  Averages,
  Confusion,
  ExactScores,
  RelaxedPrf,
  ScoreMode,
  Scores,
  SemevalPrf,
  SemevalScheme,
  TokenPrf,
  TypeConfusion,
} from './evaluate/scores.js'
export {
  type SentenceCounts,
  sentenceCounts,
  type TypeCounts,
  typeCounts,
} from './evaluate/sentence-counts.js'
export {
  type BootstrapIntervals,
  type BootstrapOptions,
  bootstrapIntervals,
  type Interval,
  type PairedBootstrap,
  type PairedTest,
  pairedBootstrap,
  randomizationTest,
} from './evaluate/significance.js'
export type { Paint } from './evaluate/text-table.js'
export {
  type ThresholdCurve,
  type ThresholdCurves,
  type ThresholdPoint,
  thresholdCurve,
  thresholdCurves,
} from './evaluate/threshold-curve.js'
export type { TokenReport } from './evaluate/token-report.js'
export { parseSeeds, type Seed } from './features/bootstrap/seeds.js'
export type { AttentionMap } from './model/attention-map.js'
export type { SentenceInput, TokenSentence } from './model/inputs/sentence.js'
export type { UnitKind, UnitSequence } from './model/inputs/units.js'
export type {
  DistanceSettings,
  EncoderArchitecture,
  EncoderFamily,
  LayerArchitecture,
  RotarySettings,
} from './model/pretrained/architecture.js'
export type { EncoderFiles } from './model/pretrained/encoder-files.js'
export type { EncoderWeights } from './model/pretrained/encoder-weights.js'
export type { EncoderSize, GraphArchitecture } from './model/pretrained/graph-architecture.js'
export type { PretrainedModel, PretrainedVocabulary } from './model/pretrained/pretrained-model.js'
export { type EncoderSource, readEncoder } from './model/pretrained/read-encoder.js'
export type { TrainedModel } from './model/trained-model.js'
export type {
  AnnotatedSentence,
  AnnotatedText,
  EntitiesOfText,
  Entity,
  Reading,
  TextReadings,
  UnscoredEntity,
} from './recognize/annotated-text.js'
export { type BuiltInModel, builtInRecognizer } from './recognize/built-in-recognizer.js'
export { FinderRecognizer } from './recognize/finder-recognizer.js'
export { loadTagger, loadTaggerFrom } from './recognize/load-recognizer.js'
export type { LoadFromOptions } from './recognize/load-tagger.js'
export {
  type PredictOptions,
  predictCorpus,
  type TaggedPair,
  type TokenTagger,
} from './recognize/predict-corpus.js'
export type { CharacterTags, Recognizer, RecognizerInfo } from './recognize/recognizer.js'
export type { SegmentedText, SentenceRecognizer } from './recognize/sentence-recognizer.js'
export { softLabels, type TaughtTags, taughtTags } from './recognize/soft-labels.js'
export { loadSpanRecognizerFrom, type SpanLoadOptions } from './recognize/spans/read-span-model.js'
export type { SpanFinder, SpanRequest } from './recognize/spans/span-finder.js'
export type { SharedSpanModel, SpanOptions, SpanRecognizer } from './recognize/spans/span-recognizer.js'
export type { FoundSpan } from './recognize/spans/span-windows.js'
export type { TagOptions, Texts, TokenOptions, UnscoredOptions } from './recognize/tag-options.js'
export type { TextRecognizer } from './recognize/text-recognizer.js'
export type { Keys } from './redact/keys.js'
export type { Mentions } from './redact/mentions.js'
export type { OffsetMap, Piece, Place as OffsetPlace } from './redact/offset-map.js'
export type { Policy } from './redact/policies.js'
export {
  createRedactor,
  newRedactionKey,
  type RedactedText,
  type RedactOptions,
  type Redactor,
  type Replacement,
} from './redact/redactor.js'
export type { TypedRange } from './redact/typed-range.js'
export type { BuiltInOptions } from './rules/built-in.js'
export { type Finder, type FoundRange, joinFinders, withoutOverlaps } from './rules/finder.js'
export type {
  CheckpointEvent,
  DevScores,
  DoneEvent,
  EpochEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
  TypeScores,
  WarningEvent,
} from './run/events.js'
export type { TrainedFiles } from './run/memory-store.js'
export { readTrainedModel } from './run/read-trained-model.js'
export { type RunSource, runAt } from './run/run-source.js'
export { conllevalSpans } from './tags/conlleval-chunks.js'
export { convertTags } from './tags/convert-tags.js'
export { decodeSpans } from './tags/decode-spans.js'
export { type DetectedScheme, detectScheme, SchemeDetector } from './tags/detect-scheme.js'
export { encodeSpans } from './tags/encode-spans.js'
export { findIllFormed, type IllFormedKind, type IllFormedTag } from './tags/ill-formed.js'
export { lenientSpans } from './tags/lenient-spans.js'
export { type RepairedTags, type Repairs, repairTags } from './tags/repair-tags.js'
export { isTag, type Prefix, parseScheme, parseTag, type Scheme, type Tag, TagError } from './tags/scheme.js'
export type { SoftTag } from './tags/soft-tags.js'
export type { TokenSpan } from './tags/span.js'
export { tagSet } from './tags/tag-set.js'
export type { Tagging } from './tags/tagging.js'
export { type Transitions, transitions } from './tags/transitions.js'
export type { TypeMap } from './tags/type-map.js'
export { type Detokenized, detokenize } from './text/detokenize.js'
export type { Segmentation } from './text/language.js'
export { NORMALIZERS, type NormalizeOptions, type NormalizerName, normalizeToken } from './text/normalize.js'
export { TextError, toCodePointOffsets, toUtf16Offsets } from './text/offsets.js'
export { segment, splitSentences, type TextSentence } from './text/sentences.js'
export type { TokenizerSource } from './text/subword/tokenizer-source.js'
export type { TextRange, TextToken } from './text/token.js'
export { tokenize } from './text/tokenize.js'
export { createTokenizer, type Tokenizer } from './text/tokenizer.js'
export type { LabeledCorpus, TrainingCorpus } from './train/prepare/corpora.js'
export { type TrainInMemoryOptions, trainInMemory } from './train/train-in-memory.js'
export { type EvaluateOptions, evaluate, type LabeledSentences } from './workflows/evaluate-tagger.js'
