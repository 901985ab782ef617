import { join } from 'node:path'
import { resolveConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import type { LossShare } from '../../evaluate/loss-shares.js'
import type { LoggedEvent } from '../../report/learning-data.js'
import type { StoredRun } from './run-folder.js'

/** What `metrics.json` of a run says of its training; the scores in it are those of `report.json`. */
export interface StoredMetrics {
  readonly best: {
    /** The epoch that was kept; `null` where there was no development corpus to choose by. */
    readonly epoch: number | null
    /** Training with its evaluations. */
    readonly seconds: number
  }
  /** Absent in runs of before it was told. */
  readonly lossShares?: readonly LossShare[] | null
}

/** The configuration that a run was trained with. @throws ConfigError for one that this program cannot read */
export function readRunConfig(run: StoredRun): Config {
  const fileText = run.text('config.json')
  return resolveConfig({ file: JSON.parse(fileText), fileName: join(run.dir, 'config.json'), fileText })
}

/** A run's metrics; `undefined` for one that was trained in memory, which has none. */
export function readMetrics(run: StoredRun): StoredMetrics | undefined {
  const text = textIfThere(run, 'metrics.json')
  return text === undefined ? undefined : (JSON.parse(text) as StoredMetrics)
}

/** The events of a run's log; one that was trained in memory has none. */
export function readLog(run: StoredRun): LoggedEvent[] {
  const lines = textIfThere(run, 'log.jsonl')?.split('\n') ?? []
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as LoggedEvent)
}

function textIfThere(run: StoredRun, name: string): string | undefined {
  return Object.hasOwn(run.manifest.files, name) ? run.text(name) : undefined
}
