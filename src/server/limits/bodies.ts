import { Problem } from '../problem.js'

/** The bytes of all bodies that are being read, which are bounded together. */
export class Bodies {
  private bytes = 0

  /** @param most bytes; a body that is larger than that is read while no other is */
  constructor(private readonly most: number) {}

  /** Bytes that are held now. */
  get held(): number {
    return this.bytes
  }

  /** Begins to read a body. */
  begin(): BodyShare {
    let own = 0
    const check = (more: number) => {
      const isAlone = this.bytes === own
      if (!isAlone && this.bytes + more > this.most)
        throw new Problem(503, 'limit/bodies', 'bodies that are being read have as many bytes as they may', {
          headers: { 'retry-after': '1', connection: 'close' },
        })
    }
    return {
      check,
      take: more => {
        check(more)
        own += more
        this.bytes += more
      },
      end: () => {
        this.bytes -= own
        own = 0
      },
    }
  }
}

/** What one body takes of the bytes that all may have. */
export interface BodyShare {
  /** @throws Problem 503 if there is no room for so many more bytes */
  readonly check: (more: number) => void
  /** Takes so many more bytes. @throws as `check` */
  readonly take: (more: number) => void
  /** Gives back all. */
  readonly end: () => void
}
