/**
 * `nerite/browser`: what runs in a page, a web worker, and Node.js alike. `nerite` has all of it, and what needs files.
 */
export { InputError, isInputError } from './base/errors.js'
export type { Format } from './base/format-names.js'
export { ModelFileError } from './base/model-file-error.js'
export { ConfigError } from './config/errors.js'
export { PRESETS } from './config/presets.js'
export { type ConfigSources, resolveAnyConfig, resolveConfig } from './config/resolve.js'
export type {
  AnyConfig,
  Config,
  PartialAnyConfig,
  PartialConfig,
  Preset,
  RecognizerKind,
} from './config/schema.js'
export { type CheckReport, CorpusChecker } from './corpus/check/check-corpus.js'
export type { Finding, Severity } from './corpus/check/finding.js'
export { CorpusError } from './corpus/corpus-error.js'
export { createWriter } from './corpus/create-writer.js'
export type { ReadOptions } from './corpus/read-options.js'
export { readText } from './corpus/read-text.js'
export type { Sentence } from './corpus/sentence.js'
export type { Loss, SentenceWriter, WriteOptions } from './corpus/sentence-writer.js'
export { type CorpusStats, StatsCollector } from './corpus/stats/collect-stats.js'
export type { DecodedSentence, ScoredSpan } from './decode/decoder.js'
export type { GazetteerList } from './encode/gazetteer.js'
export type { WordVectors } from './encode/word-vectors.js'
export { referenceRuntime } from './engine/runtime/reference/reference.js'
export { type Runtime, RuntimeError } from './engine/runtime/runtime.js'
export { type WebRuntimeOptions, webRuntime } from './engine/runtime/web/ort-web.js'
export { type Breakdown, breakdowns, countMentions, type TrainingMentions } from './evaluate/breakdown.js'
export {
  type Calibration,
  calibration,
  fitScoreTemperature,
  fitTemperature,
  scaleScore,
} from './evaluate/calibration.js'
export { characterReport, toCharacterLabels } from './evaluate/character-report.js'
export { type CompareOptions, compareSystems, type SystemComparison } from './evaluate/compare-systems.js'
export { countErrors, type EntityError, type ErrorKind, entityErrors } from './evaluate/entity-errors.js'
export { costlyConfusions, type ListedError, listErrors, suspectLabels } from './evaluate/error-list.js'
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
export { type PredictedSpan, type ScoredSentence, spanReader } from './evaluate/scored-sentence.js'
export type { ScoreMode, Scores } from './evaluate/scores.js'
export {
  type SentenceCounts,
  sentenceCounts,
  type TypeCounts,
  typeCounts,
} from './evaluate/sentence-counts.js'
export {
  bootstrapIntervals,
  type PairedTest,
  pairedBootstrap,
  randomizationTest,
} from './evaluate/significance.js'
export { thresholdCurve, thresholdCurves } from './evaluate/threshold-curve.js'
export type { AttentionMap } from './model/attention-map.js'
export type { SentenceInput, TokenSentence } from './model/inputs/sentence.js'
export type { TrainedModel } from './model/trained-model.js'
export type {
  AnnotatedSentence,
  AnnotatedText,
  Entity,
  Reading,
  TextReadings,
} from './recognize/annotated-text.js'
export { FinderRecognizer } from './recognize/finder-recognizer.js'
export { type LoadFromOptions, loadTagger, loadTaggerFrom } from './recognize/load-tagger.js'
export { predictCorpus, type TaggedPair } from './recognize/predict-corpus.js'
export type { Recognizer, RecognizerInfo } from './recognize/recognizer.js'
export type { TagOptions } from './recognize/tag-options.js'
export type { CharacterTags, Tagger, TaggerInfo } from './recognize/tagger.js'
export { type Finder, type FoundRange, joinFinders, withoutOverlaps } from './rules/finder.js'
export type { TrainEvent } from './run/events.js'
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
export { isTag, parseScheme, parseTag, type Scheme, type Tag, TagError } from './tags/scheme.js'
export type { TokenSpan } from './tags/span.js'
export { tagSet } from './tags/tag-set.js'
export type { Tagging } from './tags/tagging.js'
export { type Transitions, transitions } from './tags/transitions.js'
export { type Detokenized, detokenize } from './text/detokenize.js'
export type { Segmentation } from './text/language.js'
export { NORMALIZERS, type NormalizeOptions, type NormalizerName, normalizeToken } from './text/normalize.js'
export { TextError, toCodePointOffsets, toUtf16Offsets } from './text/offsets.js'
export { segment, splitSentences, type TextSentence } from './text/sentences.js'
export type { TextRange, TextToken } from './text/token.js'
export { tokenize } from './text/tokenize.js'
export { createTokenizer, type Tokenizer } from './text/tokenizer.js'
export type { LabeledCorpus } from './train/prepare/corpora.js'
export { type TrainInMemoryOptions, trainInMemory } from './train/train-in-memory.js'
