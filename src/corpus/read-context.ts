import { type Fault, type FilePlace, formatMessage, type Message, say, verb } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'
import type { ReadOptions } from './read-options.js'

/** What is wrong with a row or record. The reader adds where. */
export interface RowFault extends Omit<Fault, 'where'> {
  readonly code: string
}

/** Thrown by a parser of one record, which does not know where the record is. */
export class RowError extends Error {
  override readonly name = 'RowError'

  constructor(readonly fault: RowFault) {
    super(formatMessage(fault.expected))
  }
}

/** @throws RowError */
export function refuse(code: string, expected: Message, got: unknown, remedy?: Message): never {
  const text = typeof got === 'string' ? got : shortJson(got)
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  throw new RowError({ code, expected, got: shown, ...(remedy !== undefined && { remedy }) })
}

function shortJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return 'a value that is nested too deeply to be shown'
  }
}

/** How many faults of one file are reported in full. */
const SHOWN = 10

/**
 * One reading of one file: its name, and where readers leave faults and notes. Faults are collected and thrown together
 * at the end, unless the caller takes them one by one (`onFault`).
 */
export class ReadContext {
  private readonly first: Fault[] = []
  private faults = 0

  constructor(
    /** The file's name. */
    readonly source: string,
    private readonly options: Pick<ReadOptions, 'onFault' | 'onNote'> = {},
  ) {}

  /**
   * @param line from 1
   * @param record number of the record, from 1, where a line may hold several
   */
  at(line?: number, record?: number): FilePlace {
    return {
      file: this.source,
      ...(line !== undefined && { line }),
      ...(record !== undefined && { field: `record ${record}` }),
    }
  }

  /** Reports what is wrong with a row or record. Reading continues. */
  fault(line: number | undefined, fault: RowFault, record?: number): void {
    const placed = { ...fault, where: this.at(line, record) }
    if (this.options.onFault) this.options.onFault(placed)
    else if (++this.faults <= SHOWN) this.first.push(placed)
  }

  note(code: string, message: Message): void {
    this.options.onNote?.({ code, where: this.at(), message })
  }

  /** What `parse` returns. What it refuses becomes a fault. */
  attempt<Result>(line: number | undefined, parse: () => Result, record?: number): Result | undefined {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      this.fault(line, error.fault, record)
      return undefined
    }
  }

  get hasFaults(): boolean {
    return this.faults > 0
  }

  /** @throws CorpusError `corpus/rows` if there were faults */
  throwFaults(): void {
    if (!this.hasFaults) return
    const more = this.faults - this.first.length
    const rest: Fault = {
      code: 'more-faults',
      where: this.at(),
      expected: 'no faulty rows',
      got: `${more} more like these (${this.faults} in all)`,
      remedy: say`list them by kind with ${verb('corpus check', [this.source])}`,
    }
    throw new CorpusError('corpus/rows', more > 0 ? [...this.first, rest] : this.first)
  }
}
