import { Component } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Offsets, TextSpan } from '../../corpus/sentence.js'
import type { SuggestedEntity } from '../../label/suggestion.js'
import { colored } from '../components/colors.js'
import type { Session } from './session.js'

interface EditorProps {
  readonly session: Session
  readonly colorOf: (type: string) => string
  /** Called with what the mouse selected. @param free whether Alt was held */
  readonly onSelect: (range: Offsets, free: boolean) => void
}

/** Tokens of a block: long texts are drawn in blocks, and a key redraws only those that it changes. */
const BLOCK = 80
/** Shorter texts are one block. */
const WHOLE = 1500

/** The text, with what is marked, suggested and selected. */
export function Editor({ session, colorOf, onSelect }: EditorProps) {
  const { text, offsets, entities, suggested, selection } = session
  const root = useRef<HTMLDivElement>(null)
  const edges = useMemo(() => blockEdges(text, offsets), [text, offsets])
  const marks = useMemo(
    () =>
      [
        ...entities.map((span): Mark => ({ ...span, look: '' })),
        ...suggested.map((span): Mark => ({ ...span, look: 'suggested' })),
      ].sort((a, b) => a.start - b.start),
    [entities, suggested],
  )

  useEffect(() => {
    if (selection) root.current?.querySelector('.selected')?.scrollIntoView({ block: 'nearest' })
  }, [selection])

  // A selection by touch has no mouse button that goes up over it.
  const readSelection = (free: boolean) => {
    const range = root.current && selectedRange(root.current)
    if (!range) return
    onSelect(range, free)
    getSelection()?.removeAllRanges()
  }

  let first = 0
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the page do what the mouse does here
    <div
      class="editor text"
      ref={root}
      onMouseUp={event => readSelection(event.altKey)}
      onTouchEnd={() => setTimeout(() => readSelection(false), 50)}
    >
      {edges.slice(1).map((end, i) => {
        const start = edges[i]
        while (first < marks.length && marks[first].end <= start) first++
        let last = first
        while (last < marks.length && marks[last].start < end) last++
        const selected = selection && selection.start < end && selection.end > start ? selection : null
        return (
          <Block
            key={start}
            text={text}
            start={start}
            end={end}
            isPart={edges.length > 2}
            marks={marks.slice(first, last)}
            selected={selected}
            colorOf={colorOf}
          />
        )
      })}
    </div>
  )
}

type Mark = (TextSpan | SuggestedEntity) & { readonly look: string }

interface BlockProps {
  readonly text: string
  readonly start: number
  readonly end: number
  /** Whether it is one of several, which are drawn only when they are seen. */
  readonly isPart: boolean
  readonly marks: readonly Mark[]
  readonly selected: Offsets | null
  readonly colorOf: (type: string) => string
}

class Block extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    return signature(next) !== signature(this.props) || next.text !== this.props.text
  }

  override render() {
    const { text, start, end, marks, selected, colorOf, isPart } = this.props
    const pieces = []
    let at = start
    for (const mark of marks) {
      const from = Math.max(start, mark.start)
      const to = Math.min(end, mark.end)
      pieces.push(...plain(text, at, from, selected))
      const isLast = mark.end <= end
      const score = 'score' in mark && mark.score !== undefined ? ` ${Math.round(100 * mark.score)}%` : ''
      pieces.push(
        <mark key={`m${from}`} class={mark.look} style={colored(colorOf(mark.type))}>
          {plain(text, from, to, selected)}
          {isLast && (
            <small data-skip>
              {mark.type}
              {score}
            </small>
          )}
        </mark>,
      )
      at = to
    }
    pieces.push(...plain(text, at, end, selected))
    return isPart ? <div class="block">{pieces}</div> : <span>{pieces}</span>
  }
}

function signature({ marks, selected }: BlockProps): string {
  const own = marks.map(mark => `${mark.start} ${mark.end} ${mark.type} ${mark.look}`).join()
  return `${own}|${selected ? `${selected.start} ${selected.end}` : ''}`
}

/** A range of the text, with the part of it that is selected. Each piece says where it begins. */
function plain(text: string, start: number, end: number, selected: Offsets | null) {
  const piece = (from: number, to: number, isSelected: boolean) =>
    from >= to
      ? []
      : [
          <span key={`${from}${isSelected}`} data-at={from} class={isSelected ? 'selected' : undefined}>
            {text.slice(from, to)}
          </span>,
        ]
  if (!selected) return piece(start, end, false)
  const from = Math.min(end, Math.max(start, selected.start))
  const to = Math.max(from, Math.min(end, selected.end))
  return [...piece(start, from, false), ...piece(from, to, true), ...piece(to, end, false)]
}

/** Where blocks begin: at the end of a line or a sentence, if there is one. */
function blockEdges(text: string, offsets: readonly Offsets[]): number[] {
  const edges = [0]
  if (offsets.length <= WHOLE) return [0, text.length]
  for (let token = BLOCK; token < offsets.length; token += BLOCK) {
    const place = offsets[token].start
    const earliest = offsets[token - BLOCK / 2].start
    const line = text.lastIndexOf('\n', place - 1) + 1
    edges.push(line > earliest ? line : (endOfSentence(text, earliest, place) ?? place))
  }
  return [...edges, text.length]
}

function endOfSentence(text: string, from: number, to: number): number | undefined {
  const ends = [...text.slice(from, to).matchAll(/[.!?…。！？]["'”’»)\]]*\s+/g)]
  const last = ends.at(-1)
  return last && from + last.index + last[0].length
}

/** What the mouse selected, in the text; a click without a drag selects what it hit. */
function selectedRange(root: HTMLElement): Offsets | undefined {
  const selection = getSelection()
  if (!selection || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  const start = placeOf(root, range.startContainer, range.startOffset)
  const end = placeOf(root, range.endContainer, range.endOffset)
  if (start === undefined || end === undefined) return undefined
  return { start, end: Math.max(end, start) }
}

function placeOf(root: HTMLElement, node: Node, offset: number): number | undefined {
  if (!root.contains(node)) return undefined
  const holder = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node) as HTMLElement | null
  const piece = holder?.closest<HTMLElement>('[data-at]')
  if (piece) return Number(piece.dataset.at) + (node.nodeType === Node.TEXT_NODE ? offset : 0)
  // Between pieces, or in the name of a type: where the piece before ends.
  const before = [...root.querySelectorAll<HTMLElement>('[data-at]')].findLast(
    each =>
      each.compareDocumentPosition(holder ?? root) & Node.DOCUMENT_POSITION_FOLLOWING ||
      holder?.contains(each),
  )
  return before ? Number(before.dataset.at) + (before.textContent?.length ?? 0) : undefined
}
