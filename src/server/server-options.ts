import type { Recognizer } from '../recognize/recognizer.js'
import type { LabelStudioTrainer } from './label-studio/trainer.js'
import type { Metrics } from './metrics.js'
import type { Models } from './models/models.js'
import type { StaticFiles } from './static-files.js'

/** Who may ask for what. */
export interface AccessOptions {
  /**
   * The secret that clients send as `Authorization: Bearer …`, at least 16 characters. Without one, what writes is refused.
   */
  readonly token?: string
  /** What the token is required for; default: `writes`, and what changes nothing is open to all. */
  readonly tokenFor?: 'writes' | 'everything'
  /**
   * Host names by which the server may be addressed, besides `localhost` and IP addresses. `any`: do not check, since
   * somebody else does.
   */
  readonly hosts?: readonly string[] | 'any'
  /** Origins of other sites whose pages may use the server: `https://app.example.com`. Default: none. */
  readonly origins?: readonly string[]
}

/** What the server does at most. */
export interface Limits {
  /** Bytes of the body of a request, and of a line of a stream; default: 4 MiB. */
  readonly bodyBytes: number
  /** Bytes of all bodies that are being read; a request that would make it more is refused with 503; default: 256 MiB. */
  readonly bodiesBytes: number
  /** Characters of one text (UTF-16 code units); default: 1,000,000. */
  readonly textCharacters: number
  /** Texts of one request that is not a stream; default: 1,000. */
  readonly texts: number
  /** Milliseconds until a request is answered, and until the next part of a body or stream must come; default: 30,000. */
  readonly time: number
  /** Requests at a time; more are refused with 503; default: 1,024. */
  readonly requests: number
  /** Texts that wait or are being tagged; a request that would make it more is refused with 503; default: 4,096. */
  readonly queuedTexts: number
  /** Characters of these texts; default: 16,000,000. */
  readonly queuedCharacters: number
  /** Requests of one client at a time; more are refused with 429; default: 512. */
  readonly requestsPerClient: number
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  bodiesBytes: 256 * 1024 * 1024,
  textCharacters: 1_000_000,
  texts: 1_000,
  time: 30_000,
  requests: 1_024,
  queuedTexts: 4_096,
  queuedCharacters: 16_000_000,
  requestsPerClient: 512,
}

/** A further application below a path of the server, behind the same checks of host, origin, token and limits. */
export interface Mount {
  /** `/studio-api` */
  readonly path: string
  /**
   * Gets requests with the path below `path`. The body, at most `bodyBytes`, is at hand when it is called: also as bytes, so that a
   * large one need not be copied.
   */
  readonly fetch: (
    request: Request,
    more?: { readonly bytes?: Uint8Array<ArrayBuffer> },
  ) => Response | Promise<Response>
  /** Whether the token is needed to read too, since there is data in it that nobody else should see. Default: `false`. */
  readonly isPrivate?: boolean
  /** Bytes of the body of a request; default: that of the server's limits. */
  readonly bodyBytes?: number
}

/** Loads a model anew, by the name that it is served as. */
export type Reload = (name: string, from: string | undefined) => Promise<void>

export interface ServerOptions {
  /**
   * What is served, by name; the first is that of requests that name none. Recognizers that are given by themselves stay the
   * caller's, who releases them.
   */
  readonly models: Models | Readonly<Record<string, Recognizer>>
  /** Loads a model anew when a request with the token asks for it. Default: such requests are not answered. */
  readonly reload?: Reload
  /** Keeps what is labeled in Label Studio and trains from it. Default: there is no `/webhook`. */
  readonly labelStudio?: LabelStudioTrainer
  /** Default: there is no `/metrics`. */
  readonly metrics?: Metrics
  readonly access?: AccessOptions
  readonly limits?: Partial<Limits>
  readonly mounts?: readonly Mount[]
  /** What is served at `/`: pages that need no token. */
  readonly files?: StaticFiles
  /** Told of errors that are not a client's fault. It must not log what they say: that may quote a text. */
  readonly onError?: (error: unknown) => void
}
