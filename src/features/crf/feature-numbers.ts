import { IntList } from '../../base/int-list.js'
import { PairTable } from './pair-table.js'
import { TextNumbers } from './text-numbers.js'

/** What comes last in a list of values, and what comes before it: a template or another beginning. */
class Steps {
  private readonly before = new IntList()
  private readonly values = new IntList()

  get length(): number {
    return this.values.length
  }

  push(before: number, value: number): number {
    this.before.push(before)
    this.values.push(value)
    return this.length - 1
  }

  beforeOf(i: number): number {
    return this.before.at(i)
  }

  valueOf(i: number): number {
    return this.values.at(i)
  }
}

/**
 * Numbers the features of templates. Values are texts, and each has a number whichever template finds it. A feature is a way: from
 * its template by the value of the first part to a beginning, and so on until the last part. So no text is made to look a feature
 * up, and none of a feature that is left out in the end.
 */
export class FeatureNumbers {
  private readonly texts = new TextNumbers()
  /** From a template or a beginning by a value to a beginning, or to the number of a feature. */
  private readonly table: PairTable
  /** Beginnings are numbered behind templates. */
  private readonly beginnings = new Steps()
  private readonly features = new Steps()
  private count = 0
  private isGrowing = true

  /**
   * @param partCounts how many parts each template has
   * @param given the values of each template, numbered in their order: there will be no others
   */
  constructor(
    private readonly partCounts: readonly number[],
    private readonly given?: readonly (readonly string[])[],
  ) {
    this.table = new PairTable(given?.reduce((sum, own) => sum + own.length, 0))
    if (!given) return
    for (const [template, own] of given.entries())
      for (const value of own) this.add(template, value, this.count++)
    this.isGrowing = false
  }

  /** From now on, there are no new features. */
  close(): void {
    this.isGrowing = false
  }

  get size(): number {
    return this.given ? this.count : this.features.length
  }

  /** The numbers of values, without those that no feature has. */
  valuesOf(texts: readonly string[]): readonly number[] {
    const numbers: number[] = []
    for (const text of texts) {
      const number = this.isGrowing ? this.texts.add(text) : this.texts.find(text)
      if (number >= 0) numbers.push(number)
    }
    return numbers
  }

  /** Adds the feature of one value for a template of one part; without one if it is not known. */
  findOne(template: number, value: number, found: number[]): void {
    const feature = this.next(template, value, true)
    if (feature >= 0) found.push(feature)
  }

  /** Adds the features of every combination of the parts' values, where the first part's value changes last. */
  findAll(template: number, parts: readonly (readonly number[])[], found: number[]): void {
    let isOne = true
    for (const values of parts) {
      if (values.length === 0) return
      if (values.length > 1) isOne = false
    }
    if (isOne) this.findOnly(template, parts, found)
    else this.findEach(template, parts, found)
  }

  /** Where each part has one value. */
  private findOnly(template: number, parts: readonly (readonly number[])[], found: number[]): void {
    const last = parts.length - 1
    let state = template
    for (let part = 0; part < last; part++) {
      state = this.next(state, parts[part][0], false)
      if (state < 0) return
    }
    this.findOne(state, parts[last][0], found)
  }

  private findEach(template: number, parts: readonly (readonly number[])[], found: number[]): void {
    const last = parts.length - 1
    let before: readonly number[] = [template]
    for (let part = 0; part < last; part++) {
      const next: number[] = []
      for (const state of before)
        for (const value of parts[part]) {
          const beginning = this.next(state, value, false)
          if (beginning >= 0) next.push(beginning)
        }
      before = next
    }
    for (const state of before) for (const value of parts[last]) this.findOne(state, value, found)
  }

  private next(state: number, value: number, isLast: boolean): number {
    const known = this.table.find(state, value)
    if (known >= 0 || !this.isGrowing) return known
    const added = isLast
      ? this.features.push(state, value)
      : this.partCounts.length + this.beginnings.push(state, value)
    this.table.set(state, value, added)
    return added
  }

  /** A given feature. One that no values make is never found. */
  private add(template: number, text: string, feature: number): void {
    const parts = this.partCounts[template]
    const values = parts === 1 ? [this.texts.add(text)] : this.split(text)
    if (values.length !== parts) return
    let state = template
    for (let i = 0; i < parts - 1; i++) state = this.next(state, values[i], false)
    this.table.set(state, values[parts - 1], feature)
  }

  /** The values that `escaped` and `|` made a text of; none for a text that they do not make. */
  private split(text: string): readonly number[] {
    if (text.includes('\\')) return splitEscaped(text).map(own => this.texts.add(own))
    const values: number[] = []
    let from = 0
    for (let to = text.indexOf('|'); to >= 0; to = text.indexOf('|', from)) {
      values.push(this.texts.add(text, from, to))
      from = to + 1
    }
    values.push(this.texts.add(text, from))
    return values
  }

  /** The template and value of the features that are wanted, template by template, by their numbers. */
  *entries(isWanted: (id: number) => boolean): Generator<FeatureEntry> {
    if (this.given) {
      let id = 0
      for (const [template, own] of this.given.entries())
        for (const value of own) if (isWanted(id++)) yield { template, value, id: id - 1 }
      return
    }
    for (const [template, ids] of this.byTemplate(isWanted).entries())
      for (const id of ids) yield { template, value: this.textOf(id), id }
  }

  private byTemplate(isWanted: (id: number) => boolean): readonly (readonly number[])[] {
    const found: number[][] = this.partCounts.map(() => [])
    for (let id = 0; id < this.features.length; id++) {
      if (!isWanted(id)) continue
      let state = this.features.beforeOf(id)
      while (state >= found.length) state = this.beginnings.beforeOf(state - found.length)
      found[state].push(id)
    }
    return found
  }

  private textOf(id: number): string {
    const templates = this.partCounts.length
    const values = [this.texts.textOf(this.features.valueOf(id))]
    for (let state = this.features.beforeOf(id); state >= templates; ) {
      values.push(this.texts.textOf(this.beginnings.valueOf(state - templates)))
      state = this.beginnings.beforeOf(state - templates)
    }
    return values.length === 1 ? values[0] : values.reverse().map(escaped).join('|')
  }
}

export interface FeatureEntry {
  readonly template: number
  /** The values of its parts, joined. */
  readonly value: string
  readonly id: number
}

function escaped(value: string): string {
  return value.replace(/[\\|]/g, '\\$&')
}

function splitEscaped(text: string): readonly string[] {
  const values = ['']
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '|') {
      values.push('')
      continue
    }
    if (text[at] === '\\' && text[++at] !== '\\' && text[at] !== '|') return []
    values[values.length - 1] += text[at]
  }
  return values
}
