/** One file at hand. */
export interface StaticFile {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same, as gzip, where that is smaller. */
  readonly gzip?: Uint8Array<ArrayBuffer>
  /** A strong entity tag, with its quotes. */
  readonly etag: string
}

/** Files by their paths: `/index.html`. Only these are served, so that no path leads anywhere else. */
export type StaticFiles = ReadonlyMap<string, StaticFile>
