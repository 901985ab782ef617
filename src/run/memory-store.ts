import { VERSION } from '../base/version.js'
import { lineWriter } from './log-lines.js'
import {
  type FileContents,
  LOG,
  type RunResult,
  type RunStart,
  resultFiles,
  startFiles,
  type Tensors,
} from './run-files.js'
import {
  createManifest,
  type FileDigest,
  isUnhashed,
  MANIFEST,
  manifestBody,
  manifestText,
} from './run-manifest.js'
import type { RunStore } from './run-store.js'
import { webDigest } from './web-digest.js'

/** A run's files by name, `manifest.json` among them: what `loadTaggerFrom` reads, and a run folder when saved. */
export type TrainedFiles = ReadonlyMap<string, Uint8Array>

/** Keeps a run in memory: the same files as a run folder, without checkpoints to resume from. */
export class MemoryStore implements RunStore {
  private readonly lines: string[] = []
  private bestParameters: Tensors = new Map()
  private finished?: TrainedFiles

  private readonly startFiles: FileContents

  /** @throws InputError `train/vocabulary` for vocabularies that are too large to be read again */
  constructor(start: RunStart) {
    this.startFiles = startFiles(start)
  }

  readonly append = lineWriter(line => void this.lines.push(line))

  async save(): Promise<void> {}

  async saveBest(parameters: Tensors): Promise<void> {
    this.bestParameters = new Map(
      [...parameters].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
    )
  }

  async best(): Promise<Tensors> {
    return this.bestParameters
  }

  async finish(result: RunResult): Promise<TrainedFiles> {
    const text = new TextEncoder()
    const contents = { ...this.startFiles, ...resultFiles(result), [LOG]: this.lines.join('') }
    const files = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const [name, content] of Object.entries(contents))
      files.set(name, typeof content === 'string' ? text.encode(content) : new Uint8Array(content))
    const digests: Record<string, FileDigest> = {}
    for (const [name, content] of files) if (!isUnhashed(name)) digests[name] = await webDigest(content)
    const manifest = createManifest(VERSION, digests)
    const { sha256 } = await webDigest(text.encode(manifestBody(manifest)))
    this.finished = files.set(MANIFEST, text.encode(manifestText(manifest, sha256)))
    return this.finished
  }

  /** The run's files; `undefined` before `finish`. */
  files(): TrainedFiles | undefined {
    return this.finished
  }
}
