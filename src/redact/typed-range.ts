import type { TextRange } from '../text/token.js'

export interface TypedRange extends TextRange {
  readonly type: string
}
