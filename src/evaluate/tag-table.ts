import { parseTag } from '../tags/scheme.js'
import { LETTERS } from './span-rules.js'

/** Tags and types as small numbers, in the order they are met; tag 0 is `O`, type 0 is none. */
export class TagTable {
  readonly tags: string[] = []
  readonly types: string[] = []
  /** [tag id] → index into LETTERS, and → type id. */
  readonly letter: number[] = []
  readonly type: number[] = []
  private readonly ids = new Map<string, number>()
  private readonly typeIds = new Map<string, number>()

  constructor() {
    this.id('O')
  }

  /** @throws TagError `tags/malformed` */
  id(tag: string): number {
    return this.ids.get(tag) ?? this.intern(tag)
  }

  private intern(text: string): number {
    const { prefix, type } = parseTag(text)
    let typeId = this.typeIds.get(type)
    if (typeId === undefined) {
      typeId = this.types.push(type) - 1
      this.typeIds.set(type, typeId)
    }
    const id = this.tags.push(text) - 1
    this.letter.push(LETTERS.indexOf(prefix))
    this.type.push(typeId)
    this.ids.set(text, id)
    return id
  }
}
