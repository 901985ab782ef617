// What definitions measure of a finished run besides the scores that training stores.
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { chooseRuntime } from '../../dist/engine/runtime/node/choose-runtime.js'
import { characterReport } from '../../dist/evaluate/character-report.js'
import { scorePairs } from '../../dist/evaluate/score-tags.js'
import { characterSpans } from '../../dist/recognize/character-spans.js'
import { createTagger } from '../../dist/recognize/load-tagger.js'
import { loadTagger } from '../../dist/recognize/node/load-tagger.js'
import { predictCorpus } from '../../dist/recognize/predict-corpus.js'
import { readModel } from '../../dist/run/node/open-model.js'
import { counted } from './record.mjs'

/** Scores of single characters on the development corpus, as `evaluate --characters` prints them. */
export const CHARACTERS = {
  name: 'characters',
  of: async (out, config) => {
    const { sentences, scheme } = await loadCorpus(config.corpus.dev)
    const tagger = await loadTagger(out)
    try {
      return characterReport(await characterSpans(tagger, sentences, scheme.scheme))
    } finally {
      await tagger.release()
    }
  },
}

/** Entity scores of the same model on the development corpus when only legal tag sequences are allowed. */
export const CONSTRAINED = {
  name: 'constrained',
  of: async (out, config) => {
    const { sentences, scheme } = await loadCorpus(config.corpus.dev)
    const run = await readModel(out)
    const { decoder, ...rest } = run.config()
    const files = Object.create(run, {
      config: { value: () => ({ ...rest, decoder: { ...decoder, constrained: true } }) },
    })
    const tagger = await createTagger(files, {
      runtime: chooseRuntime,
      threads: config.training.threads,
      onNotice: console.warn,
    })
    try {
      const pairs = predictCorpus(tagger, sentences, scheme.scheme)
      const scores = await scorePairs(pairs, { scheme: scheme.scheme })
      return counted(scores.exact.micro)
    } finally {
      await tagger.release()
    }
  },
}

/** Tokens per second of CPU time, the median of three rounds. */
export async function taggingSpeed(tagger, sentences) {
  const tokens = sentences.reduce((sum, own) => sum + own.tokens.length, 0)
  const speeds = []
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    await tagger.tagTokens(sentences.map(own => own.tokens))
    const { user, system } = process.cpuUsage(before)
    speeds.push((1e6 * tokens) / (user + system))
  }
  return Math.round(speeds.sort((a, b) => a - b)[1])
}

/** Tagging speed on the development part in one thread, the bytes that tagging reads, and F1 for overlapping spans of the right type. */
export const COSTS = {
  name: 'costs',
  of: async (out, config) => {
    const { sentences } = await loadCorpus(config.corpus.dev)
    const tagger = await loadTagger(out, { threads: 1 })
    try {
      const tokensPerCpuSecond = await taggingSpeed(tagger, sentences)
      const run = await readModel(out)
      const { relaxed } = run.metrics().dev
      return {
        tokensPerCpuSecond,
        bytes: run.sizes().tagger,
        relaxed: Number((relaxed.type.f1 ?? 0).toFixed(4)),
      }
    } finally {
      await tagger.release()
    }
  },
}
