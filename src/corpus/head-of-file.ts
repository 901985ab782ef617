import { isBlank } from './conll/rows.js'
import { ArrayElements } from './jsonl/array-elements.js'
import type { LineBlock } from './split-lines.js'

/** More lines say nothing new about the format. */
const SAMPLE = 2000

/** The first lines of a file, of which its format is guessed. */
export class HeadOfFile {
  /** At most the first 2000 lines, without their CR. */
  readonly lines: LineBlock
  /** Those of the lines that are not blank. */
  readonly written: LineBlock
  /** The first line that is not blank. */
  readonly first: string
  private parsed: { readonly record: unknown } | undefined

  /** @param lines without their CR */
  constructor(lines: LineBlock) {
    this.lines = lines.slice(0, SAMPLE)
    this.written = lines.filter(line => !isBlank(line)).slice(0, SAMPLE)
    this.first = this.written[0] ?? ''
  }

  /**
   * The first JSON value of the file: that of its first line, the first element of an array, or one object on several
   * lines; `undefined` if there is none, or if the head does not hold all of it.
   */
  get record(): unknown {
    this.parsed ??= { record: this.firstRecord() }
    return this.parsed.record
  }

  private firstRecord(): unknown {
    if (!/^\s*[[{]/.test(this.first)) return undefined
    const whole = parsed(this.first)
    if (whole !== undefined) return Array.isArray(whole) && isRecordList(whole) ? whole[0] : whole
    const elements = new ArrayElements(1, /^\s*\{/.test(this.first))
    for (const line of this.written)
      for (const found of elements.push(line)) return 'text' in found ? parsed(found.text) : undefined
    return undefined
  }
}

/** An array of records, and not a record that is an array. */
function isRecordList(value: readonly unknown[]): boolean {
  return typeof value[0] === 'object'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
