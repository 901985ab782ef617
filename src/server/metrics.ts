/** A request that was answered or refused. */
export interface RequestDone {
  readonly method: string
  /** The path of its endpoint with the names of its parameters, or of a mount; `none` where there is none. */
  readonly route: string
  readonly status: number
  /** Seconds until the answer was ready; of a stream: until it began. */
  readonly seconds: number
}

/** What the server is doing. */
export interface ServerLoad {
  /** Requests under way. */
  readonly requests: number
  /** Texts that were accepted and are not tagged yet. */
  readonly texts: number
  /** Characters of these texts. */
  readonly characters: number
}

/** Counts what the server does. Nothing that it is told says what is in a text. */
export interface Metrics {
  /** Gives the figures of now, when they are asked for. */
  readonly watch: (load: () => ServerLoad) => void
  readonly request: (done: RequestDone) => void
  readonly tagged: (model: string, texts: number, entities: number) => void
  readonly contentType: string
  readonly render: () => Promise<string>
}
