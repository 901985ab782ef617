import { type AnalyzedText, type AnalyzeOptions, analyzeTexts } from '../../recognize/analyzed-text.js'
import type { Recognizer } from '../../recognize/recognizer.js'

/** A recognizer whose work is done elsewhere: in worker threads. */
interface Analyzer {
  analyze(texts: readonly string[], options: AnalyzeOptions, signal?: AbortSignal): Promise<AnalyzedText[]>
}

/**
 * What a model knows of some texts beyond their entities.
 * @throws InputError `predict/kind` for what only a trained tagger knows; the signal's reason
 */
export async function analysis(
  recognizer: Recognizer,
  texts: readonly string[],
  options: AnalyzeOptions,
  signal: AbortSignal,
): Promise<AnalyzedText[]> {
  if (isAnalyzer(recognizer)) return recognizer.analyze(texts, options, signal)
  return analyzeTexts(recognizer, texts, options)
}

function isAnalyzer(recognizer: object): recognizer is Analyzer {
  return 'analyze' in recognizer
}
