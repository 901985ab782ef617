import type { FilePlace } from '../../base/fault.js'
import type { CheckedSentence } from './check.js'

interface TypeCount {
  count: number
  /** Where it is first. */
  readonly where: FilePlace
}

/** How often each type occurs in each file. */
export class TypeCounts {
  private readonly files: Map<string, TypeCount>[] = []
  private readonly finished = new Set<number>()

  add({ file, spans, at }: CheckedSentence): void {
    this.files[file] ??= new Map()
    const counts = this.files[file]
    for (const { type, start } of spans) {
      const known = counts.get(type)
      if (known) known.count++
      else counts.set(type, { count: 1, where: at(start) })
    }
  }

  endFile(file: number): void {
    this.finished.add(file)
  }

  /** `undefined` for a file that could not be read to its end. */
  ofFile(file: number): ReadonlyMap<string, TypeCount> | undefined {
    return this.finished.has(file) ? this.files[file] : undefined
  }

  /** Of all files that could be read. */
  ofAll(): ReadonlyMap<string, TypeCount> {
    const total = new Map<string, TypeCount>()
    for (const counts of this.files)
      for (const [type, { count, where }] of counts ?? []) {
        const known = total.get(type)
        if (known) known.count += count
        else total.set(type, { count, where })
      }
    return total
  }
}
