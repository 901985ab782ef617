import type { LabelStore } from '../../../label/store/label-store.js'

/** A model that the studio may use: to suggest labels, to start a training from. */
export interface StudioModel {
  readonly name: string
  /** Its folder, package or address, as `loadTagger` takes it. */
  readonly model: string
}

export interface StudioOptions {
  readonly store: LabelStore
  /** Where runs and their corpora are kept: a folder for each project. */
  readonly folder: string
  readonly models?: () => readonly StudioModel[]
  /** Serves a run of a project beside the other models; default: runs are not served. */
  readonly serve?: (model: StudioModel) => Promise<void>
  /** Told of errors that are not a client's fault. */
  readonly onError?: (error: unknown) => void
}
