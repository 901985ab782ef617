import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { option, say } from '../../base/fault.js'
import { temporaryFolder } from '../../base/node/temporary.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { type PackSummary, packRun } from '../../run/node/pack-run.js'
import { evaluateOn } from './evaluate-run.js'

export interface RoundedExport extends PackSummary {
  /** Entity F1 on the corpus, of the run and of what was written; `null` where it is undefined. */
  readonly before: number | null
  readonly after: number | null
}

export interface RoundedExportOptions {
  readonly out: string
  /** A labeled corpus to measure on. */
  readonly corpus: string
  /** The most F1 that may be lost, in points of 100. */
  readonly maxLoss: number
  readonly reading?: ReadOptions
  readonly onNotice?: (message: string) => void
}

/**
 * Writes a run with its tables and LSTMs rounded to 8 bits into a new folder, and measures what that costs.
 *
 * @throws InputError `export/loss` where it costs more than allowed, and nothing is written; as `packRun` and `evaluateOn`
 * @example
 * await exportRounded('runs/a', { out: 'models/a', corpus: 'dev.conll', maxLoss: 0.2 })
 */
export async function exportRounded(run: string, options: RoundedExportOptions): Promise<RoundedExport> {
  const { out, corpus, maxLoss } = options
  using folder = temporaryFolder('nerite-export-')
  const tried = join(folder.path, 'model')
  await packRun(run, tried, { int8: true })
  const before = await measured(run, options)
  // The same corpus and the same runtime: all that there is to say has been said.
  const { onNotice: _, reading, ...silent } = options
  const after = await measured(tried, { ...silent, reading: { ...reading, onNote: undefined } })
  const loss = 100 * ((before ?? 0) - (after ?? 0))
  if (loss > maxLoss)
    throw new InputError('export/loss', {
      where: run,
      expected: `at most ${maxLoss} points of F1 less on ${corpus}`,
      got: `${points(before)} before, ${points(after)} after`,
      remedy: say`allow more with ${option('maxLoss')}, or leave the model as it is`,
    })
  rmSync(tried, { recursive: true })
  return { ...(await packRun(run, out, { int8: true })), before, after }
}

function points(f1: number | null): string {
  return f1 === null ? 'none' : (100 * f1).toFixed(2)
}

async function measured(
  model: string,
  { corpus, reading, onNotice }: RoundedExportOptions,
): Promise<number | null> {
  const tagger = await loadTagger(model, { ...(onNotice && { onNotice }) })
  try {
    const { scores } = await evaluateOn(tagger, corpus, { mode: 'conlleval', ...(reading && { reading }) })
    return scores.exact.micro.f1
  } finally {
    await tagger.release()
  }
}
