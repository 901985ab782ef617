import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '../../config/resolve.js'
import type { Config, PartialConfig } from '../../config/schema.js'
import type { TrainEvent } from '../../run/events.js'
import { trainToFolder } from '../node/train-to-folder.js'
import type { TrainOptions } from '../node/training-options.js'

const sample = (name: string) => new URL(`../../../samples/${name}.markup`, import.meta.url).pathname

/** A folder of the test's own, removed at its end. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'nerite-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A configuration that trains in a second: the sample's small parts, few units, few epochs. */
export function tinyConfig(more: PartialConfig = {}): Config {
  return resolveConfig({
    file: {
      corpus: { train: sample('dev'), dev: sample('test') },
      input: {
        words: { dim: 12 },
        shape: { dim: 4 },
        affixes: { dim: 4 },
        charCnn: { dim: 6, filters: 8 },
        ...more.input,
      },
      encoder: more.encoder ?? [{ kind: 'bilstm', hidden: 8 }],
      ...(more.decoder && { decoder: more.decoder }),
      ...(more.pretrained && { pretrained: more.pretrained }),
      tags: { ...more.tags },
      training: { epochs: 2, batchSize: 16, learningRate: 0.01, threads: 1, ...more.training },
    },
  })
}

export function modelBytes(run: string): Buffer {
  return readFileSync(join(run, 'model.safetensors'))
}

/** Trains in this thread. @param stopAfter steps after which a stop is requested */
export async function trainHere(
  options: TrainOptions,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  let asked = 0
  for await (const event of trainToFolder(options, () => asked++ >= stopAfter)) events.push(event)
  return events
}
