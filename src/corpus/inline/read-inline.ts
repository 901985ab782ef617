import { plural } from '../../base/plural.js'
import { tokenize } from '../../text/tokenize.js'
import { orderedEntities } from '../ordered-entities.js'
import { projectEntities, taggedText } from '../project-entities.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence, TextSpan } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import {
  hasMucElement,
  ieerEdge,
  isHtml,
  isMucElement,
  isStructure,
  type OpenTag,
  TAG,
  typeOfTag,
  unescapeXml,
} from './scan-tags.js'

/** An entity over more lines is one whose end is missing. */
const LONGEST_ENTITY = 100
/** A text of so many characters is one whose element of structure does not end. */
const LONGEST_TEXT = 1 << 24
/** Lines that are looked at for MUC's elements before any is read: the tags before the first of them are structure too. */
const AHEAD = 2000

/**
 * Reads text with entities in tags: `<PER>Ada</PER>`, or MUC's `<ENAMEX TYPE="PERSON">`. Each line is a text, and an entity
 * that goes on in the next line joins the two. Where there are elements of structure (`<DOC>`, `<P>`, `<S>` …), each of them
 * is a text, and its lines are joined. `<DOC>` begins a document.
 */
export async function* readInline(
  blocks: AsyncIterable<LineBlock>,
  { tagColumn }: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const reader = new TagReader(tagColumn !== 'none', context)
  let head: string[] | undefined = []
  let line = 0
  const push = function* (texts: readonly string[]) {
    for (const text of texts) {
      reader.push(text, ++line)
      yield* reader.take()
    }
  }
  for await (const block of blocks)
    for (const text of block) {
      if (head === undefined) {
        yield* push([text])
        continue
      }
      head.push(text)
      reader.isMuc = hasMucElement(text)
      if (head.length < AHEAD && !reader.isMuc) continue
      yield* push(head)
      head = undefined
    }
  yield* push(head ?? [])
  reader.end()
  yield* reader.take()
  reader.addNotes()
}

class TagReader {
  private done: Sentence[] = []
  private text = ''
  private entities: TextSpan[] = []
  private open: OpenTag | undefined
  private isFaulty = false
  /** The line on which the text begins. */
  private first = 0
  private line = 0
  /** Whether the file has MUC's elements, so that no other tag is an entity. */
  isMuc = false
  /** An entity of another element than MUC's. */
  private other: OpenTag | undefined
  /** The elements of structure that are open. */
  private depth = 0
  private document: number | undefined
  private readonly structure = new Map<string, number>()
  private attributes = 0
  private repeated = 0

  constructor(
    private readonly isLabeled: boolean,
    private readonly context: ReadContext,
  ) {}

  push(line: string, number: number): void {
    this.line = number
    if (line.trim() === '') {
      if (this.open === undefined) this.end()
      return
    }
    if (this.text === '') this.first = number
    let from = 0
    for (const tag of line.matchAll(TAG)) {
      this.text += unescapeXml(line.slice(from, tag.index))
      from = tag.index + tag[0].length
      this.tag(tag)
    }
    this.text += unescapeXml(line.slice(from))
    if (this.open && number - this.open.line >= LONGEST_ENTITY) this.refuseOpen(this.open)
    if (this.text.length > LONGEST_TEXT) {
      this.fault(
        'long-text',
        `texts of at most ${LONGEST_TEXT} characters`,
        `a longer one from line ${this.first}`,
      )
      this.end()
    }
    if (this.depth > 0 || this.open) this.text += this.text === '' ? '' : '\n'
    else this.end()
  }

  /** Ends the text, at the end of a line, of an element of structure or of the file. */
  end(): void {
    if (this.open) this.refuseOpen(this.open)
    const { text, entities, first, isFaulty } = this
    this.text = ''
    this.entities = []
    this.isFaulty = false
    if (isFaulty || text.trim() === '') return
    const sentence = this.context.attempt(first, () => this.sentence(text, entities))
    if (sentence && sentence.tokens.length > 0) this.done.push(sentence)
  }

  take(): Sentence[] {
    const { done } = this
    if (done.length > 0) this.done = []
    return done
  }

  addNotes(): void {
    const { context, structure, attributes, repeated } = this
    if (structure.size > 0)
      context.note(
        'structure-tags',
        `tags that are no entities: ${[...structure].map(([name, count]) => `<${name}> (${count})`).join(', ')}`,
      )
    if (attributes > 0)
      context.note(
        'unread-attributes',
        `attributes of ${attributes} ${plural(attributes, 'tag')} are not read, except for the type`,
      )
    if (repeated > 0)
      context.note(
        'repeated-entities',
        `${repeated} repeated ${repeated === 1 ? 'entity' : 'entities'} skipped`,
      )
  }

  private tag([whole, closing, name, attributes, empty]: RegExpMatchArray): void {
    if (isMucElement(name)) {
      if (this.other && !this.isMuc)
        this.fault('late-muc', `only elements such as <${this.other.name}> of line ${this.other.line}`, whole)
      this.isMuc = true
    } else if (!this.isMuc && isHtml(name)) {
      this.fault('html', 'text with tags of entities alone', whole)
      return
    }
    const isEntity = isMucElement(name) || !(this.isMuc || isStructure(name))
    if (!isEntity || empty === '/') {
      this.structural(name, closing === '/', empty === '/')
      return
    }
    const edge = ieerEdge(name)
    if (closing === '/' || edge === 'e') {
      this.close(edge === 'e' ? name.replace(/^e/, 'b').replace(/^E/, 'B') : name)
      return
    }
    if (this.open) {
      const { name: outer, line } = this.open
      this.fault(
        'nested',
        'entities that are not inside each other',
        `${whole} inside <${outer}> of line ${line}`,
      )
      return
    }
    const type = this.context.attempt(this.line, () => typeOfTag(name, attributes))
    if (type === undefined) this.isFaulty = true
    if (attributes.trim() !== '' && !/^\s+(type|label)\s*=\s*("[^"]*"|'[^']*'|\S+)\s*$/i.test(attributes))
      this.attributes++
    this.open = { name, type: type ?? name, start: this.text.length, line: this.line }
    if (!this.isMuc) this.other ??= this.open
  }

  private close(name: string): void {
    const { open } = this
    if (!open || open.name !== name) {
      this.fault(
        'open-tag',
        open ? `</${open.name}>, which ends the entity of line ${open.line}` : `<${name}> before </${name}>`,
        `</${name}>`,
      )
      if (!open) return
    }
    this.entities.push({ start: open?.start ?? 0, end: this.text.length, type: open?.type ?? name })
    this.open = undefined
  }

  private structural(name: string, isClosing: boolean, isEmpty: boolean): void {
    if (!isClosing) this.structure.set(name, (this.structure.get(name) ?? 0) + 1)
    this.end()
    this.first = this.line
    if (/^(doc|document)$/i.test(name) && !isClosing) this.document = (this.document ?? -1) + 1
    if (!isEmpty) this.depth = Math.max(0, this.depth + (isClosing ? -1 : 1))
  }

  private refuseOpen({ name, line }: OpenTag): void {
    if (!this.isFaulty)
      this.context.fault(line, {
        code: 'open-tag',
        expected: `</${name}> after <${name}>`,
        got: 'none',
        remedy: 'close the tag, or write &lt; for a plain <',
      })
    this.isFaulty = true
    this.open = undefined
  }

  /** Reports the first fault of a text: others follow from it. */
  private fault(code: string, expected: string, got: string): void {
    if (this.isFaulty) return
    this.context.fault(this.line, {
      code,
      expected,
      got,
      remedy: 'fix the tags, or write &lt; for a plain <',
    })
    this.isFaulty = true
  }

  private sentence(raw: string, all: readonly TextSpan[]): Sentence {
    const text = raw.replace(/\n+$/, '')
    const { entities, repeated } = orderedEntities(raw, this.isLabeled ? all : [])
    this.repeated += repeated
    const offsets = tokenize(text).map(({ start, end }) => ({ start, end }))
    const labeled = taggedText(text, offsets, projectEntities(entities, offsets))
    return {
      ...labeled,
      ...(!this.isLabeled && { tags: [] }),
      ...(this.document !== undefined && { document: this.document }),
      lines: [this.first],
    }
  }
}
