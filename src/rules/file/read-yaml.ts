import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
} from 'yaml'
import { InputError } from '../../base/errors.js'

/** A YAML or JSON document as plain data, and where its parts are. */
export interface YamlData {
  readonly value: unknown
  /** The line of a part, from 1: of the nearest part around it that is there. */
  lineAt(path: readonly (string | number)[]): number
}

/** Parsing takes memory many times that of the text. */
const MOST_CHARACTERS = 2 ** 21

/**
 * Reads YAML 1.2, of which JSON is a part, from anyone: what could exhaust memory or the stack, what is said twice, and what
 * an anchor would repeat are refused.
 *
 * @throws InputError `rules/yaml` with the lines of the faults
 */
export function readYaml(text: string, file: string): YamlData {
  const refuse = (expected: string, got: string, remedy?: string, line?: number) =>
    new InputError('rules/yaml', {
      where: { file, ...(line !== undefined && { line }) },
      expected,
      got,
      ...(remedy !== undefined && { remedy }),
    })
  if (text.length > MOST_CHARACTERS)
    throw refuse(
      `at most ${MOST_CHARACTERS} characters`,
      `${text.length}`,
      'put long lists of names into files of their own, one name per line',
    )
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
    // What follows a first fault is often its consequence.
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) {
      // The parser says so too where it runs out of stack.
      if (/call stack/i.test(fault.message)) throw new RangeError(fault.message)
      const got =
        fault.code === 'MULTIPLE_DOCS'
          ? 'a second document after ---'
          : fault.message.replace(/\s+/g, ' ').slice(0, 200)
      throw refuse('YAML or JSON', got, undefined, lines.linePos(fault.pos[0]).line)
    }
    visit(document, {
      Alias: (_, { range }) => {
        throw refuse('plain values', 'an alias', 'write the value out', lines.linePos(range?.[0] ?? 0).line)
      },
    })
    return {
      value: document.toJS({ maxAliasCount: 0 }),
      lineAt: path => lines.linePos(nodeAt(document.contents, path)?.range?.[0] ?? 0).line,
    }
  } catch (error) {
    // The parser calls itself for what is inside.
    if (error instanceof RangeError) throw refuse('lists and objects that are less deep', 'too many levels')
    throw error
  }
}

/** The node at a path, or the last one on the way to it. For a pair, its key. */
function nodeAt(root: ParsedNode | null, path: readonly (string | number)[]): ParsedNode | null {
  let node = root
  let nearest = root
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (!pair) return nearest
      nearest = pair.key as ParsedNode
      node = pair.value as ParsedNode | null
    } else if (isSeq(node)) {
      node = (node.items[Number(part)] as ParsedNode | undefined) ?? null
      nearest = node ?? nearest
    } else return nearest
    if (node === null || isAlias(node)) return nearest
    if (!isCollection(node)) nearest = node
  }
  return nearest
}
