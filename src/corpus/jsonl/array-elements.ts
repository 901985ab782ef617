/** A record's JSON and the line on which it starts, from 1. */
export interface RecordText {
  readonly text: string
  readonly line: number
  /** Its number in the array, from 1. */
  readonly element?: number
}

/** Something else than the comma, the end or the next element of an array. */
export interface Misplaced {
  readonly expected: string
  readonly got: string
  readonly line: number
}

/** A corpus has no longer records, and memory would grow with them. */
const LONGEST_ELEMENT = 1 << 26

/**
 * Splits a JSON array that is a whole file, or objects that follow each other, into the texts of its elements, as they come. They are not parsed here, and
 * only one at a time is kept.
 */
export class ArrayElements {
  private place: 'before' | 'first' | 'element' | 'inside' | 'after' | 'done' = 'before'
  private line: number
  private depth = 0
  private inString = false
  private isEscaped = false
  private continues = false
  private text = ''
  private began = 0
  private elements = 0

  /**
   * @param first number of the first line that is pushed
   * @param isBare whether the elements follow each other without brackets and commas
   */
  constructor(
    first: number,
    private readonly isBare = false,
  ) {
    this.line = first - 1
    if (isBare) this.place = 'element'
  }

  /**
   * @param continues whether this is only a part of the line, which the next push continues
   * @returns the elements that end on this line; a `Misplaced` ends the array
   */
  push(line: string, continues = false): (RecordText | Misplaced)[] {
    if (!this.continues) this.line++
    this.continues = continues
    const found: (RecordText | Misplaced)[] = []
    let from = this.place === 'inside' ? 0 : -1
    for (let at = 0; at < line.length; at++) {
      const sign = line[at]
      if (this.place === 'inside') {
        if (this.inString) {
          if (this.isEscaped) this.isEscaped = false
          else if (sign === '\\') this.isEscaped = true
          else if (sign === '"') this.inString = false
          continue
        }
        if (sign === '"') this.inString = true
        else if (sign === '{' || sign === '[') this.depth++
        else if (this.depth > 0) {
          if (sign !== '}' && sign !== ']') continue
          this.depth--
          if (this.depth > 0) continue
          found.push(this.ended(line.slice(from, at + 1)))
        } else if (sign === ',' || sign === ']') {
          found.push(this.ended(line.slice(from, at)))
          at--
        }
        continue
      }
      if (/\s/.test(sign)) continue
      if (this.place === 'before' && sign === '[') this.place = 'first'
      else if ((this.place === 'after' || this.place === 'first') && sign === ']') this.place = 'done'
      else if (this.place === 'after' && sign === ',') this.place = 'element'
      else if ((this.place === 'first' || this.place === 'element') && sign !== ',' && sign !== ']') {
        this.place = 'inside'
        this.began = this.line
        from = at
        at--
      } else {
        found.push({ expected: this.expected(), got: line.slice(at, at + 40), line: this.line })
        this.place = 'done'
        return found
      }
    }
    if (this.place === 'inside') {
      this.text += continues ? line.slice(from) : `${line.slice(from)}\n`
      if (this.text.length > LONGEST_ELEMENT) {
        found.push({
          expected: 'elements of at most 67 million characters',
          got: 'a longer one',
          line: this.began,
        })
        this.place = 'done'
      }
    }
    return found
  }

  /** What is missing at the end of the file. */
  finish(): Misplaced | undefined {
    if (this.place === 'done' || (this.isBare && this.place === 'element')) return undefined
    if (this.place === 'inside')
      return {
        expected: 'the end of the element that starts here',
        got: 'the end of the file',
        line: this.began,
      }
    return { expected: this.expected(), got: 'the end of the file', line: this.line }
  }

  private ended(last: string): RecordText {
    const text = this.text + last
    this.text = ''
    this.place = this.isBare ? 'element' : 'after'
    return { text, line: this.began, element: ++this.elements }
  }

  private expected(): string {
    if (this.place === 'done') return 'nothing after the array'
    return this.place === 'after' ? 'a comma, or ] at the end of the array' : 'an object'
  }
}
