/** An entity in a text: half-open offsets in UTF-16 code units, JavaScript's own. */
export interface Entity {
  readonly start: number
  readonly end: number
  readonly type: string
  /** `text.slice(start, end)` */
  readonly text: string
  /** The model's probability of exactly this entity, in [0, 1]. */
  readonly score: number
}
