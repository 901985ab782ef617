/** Checked reading of the parts of a tokenizer file. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'

/** An object of a JSON file, with the place to name in messages. */
export class JsonFields {
  constructor(
    readonly value: Readonly<Record<string, unknown>>,
    readonly where: string,
  ) {}

  /** @throws ModelFileError for anything but an object */
  static of(value: unknown, where: string): JsonFields {
    if (!isRecord(value)) throw unexpected(where, 'an object', value)
    return new JsonFields(value, where)
  }

  placeOf(name: string): string {
    return `${this.where}: ${name}`
  }

  /** Whether the field is there and not `null`. */
  has(name: string): boolean {
    return Object.hasOwn(this.value, name) && this.value[name] !== null && this.value[name] !== undefined
  }

  string(name: string, otherwise?: string): string {
    if (!this.has(name) && otherwise !== undefined) return otherwise
    const value = this.value[name]
    if (typeof value !== 'string') throw unexpected(this.placeOf(name), 'a text', value)
    return value
  }

  boolean(name: string, otherwise?: boolean): boolean {
    if (!this.has(name) && otherwise !== undefined) return otherwise
    const value = this.value[name]
    if (typeof value !== 'boolean') throw unexpected(this.placeOf(name), 'true or false', value)
    return value
  }

  /** A whole number from 0. */
  count(name: string, otherwise?: number): number {
    if (!this.has(name) && otherwise !== undefined) return otherwise
    const value = this.value[name]
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw unexpected(this.placeOf(name), 'a whole number from 0', value)
    return value as number
  }

  list(name: string): readonly unknown[] {
    const value = this.value[name]
    if (!Array.isArray(value)) throw unexpected(this.placeOf(name), 'a list', value)
    return value
  }

  object(name: string): JsonFields {
    return JsonFields.of(this.value[name], this.placeOf(name))
  }

  /** The objects of a list. */
  objects(name: string): JsonFields[] {
    return this.list(name).map((item, i) => JsonFields.of(item, `${this.placeOf(name)}[${i}]`))
  }

  /** A component that is not known, or has a setting that is not. */
  refused(expected: string, got: string): ModelFileError {
    return new ModelFileError({
      where: this.where,
      expected,
      got,
      remedy:
        'a tokenizer with a part that is not known would cut text differently from how the model was trained',
    })
  }
}

export function unexpected(where: string, expected: string, value: unknown): ModelFileError {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value)
  return new ModelFileError({
    where,
    expected,
    got: shown.length > 60 ? `${shown.slice(0, 57)}…` : shown,
  })
}

/** The component that an object describes, by its `type`. @throws ModelFileError that names one that is not known */
export function componentOf<Component>(
  fields: JsonFields,
  components: Readonly<Record<string, (fields: JsonFields) => Component>>,
): Component {
  const type = fields.string('type')
  if (!Object.hasOwn(components, type))
    throw fields.refused(`one of ${Object.keys(components).join(', ')}`, `"${type}"`)
  return components[type](fields)
}
