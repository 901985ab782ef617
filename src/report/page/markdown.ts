import { type Html, html } from '../html.js'

/**
 * The part of Markdown that model cards are written in: headings, paragraphs, lists, tables, fenced code, `code` and
 * **bold**. Everything else, HTML above all, is shown as it stands. Headings start two levels down.
 */
export function markdownHtml(text: string): Html {
  const lines = text.split(/\r?\n/)
  const blocks: Html[] = []
  for (let at = 0; at < lines.length; ) {
    const block = BLOCKS.map(read => read(lines, at)).find(found => found !== undefined)
    if (block) {
      blocks.push(block.html)
      at = block.next
    } else at++
  }
  return html`${blocks}`
}

interface Block {
  readonly html: Html
  readonly next: number
}

type ReadBlock = (lines: readonly string[], at: number) => Block | undefined

const fence: ReadBlock = (lines, at) => {
  if (!lines[at].startsWith('```')) return undefined
  const end = lines.findIndex((line, i) => i > at && line.startsWith('```'))
  const last = end < 0 ? lines.length : end
  return {
    html: html`<pre tabindex="0">${lines.slice(at + 1, last).join('\n')}</pre>`,
    next: last + 1,
  }
}

const heading: ReadBlock = (lines, at) => {
  const match = /^(#{1,6}) +(.*)$/.exec(lines[at])
  if (!match) return undefined
  return {
    html: match[1].length === 1 ? html`<h3>${inline(match[2])}</h3>` : html`<h4>${inline(match[2])}</h4>`,
    next: at + 1,
  }
}

const table: ReadBlock = (lines, at) => {
  if (!lines[at].startsWith('|') || !/^\|[\s:|-]+\|?\s*$/.test(lines[at + 1] ?? '')) return undefined
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'))
  const last = end < 0 ? lines.length : end
  const cells = (line: string) =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map(cell => inline(cell.trim()))
  return {
    html: html`<div class="scroll" role="group" tabindex="0" aria-label="table of the model card"><table class="text"><thead><tr>${cells(
      lines[at],
    ).map(cell => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${lines
      .slice(at + 2, last)
      .map(line => html`<tr>${cells(line).map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`,
    next: last,
  }
}

const list: ReadBlock = (lines, at) => {
  if (!/^[-*] /.test(lines[at])) return undefined
  const items: string[] = []
  let next = at
  for (; next < lines.length && /^([-*] | {2,}\S)/.test(lines[next]); next++)
    if (/^[-*] /.test(lines[next])) items.push(lines[next].slice(2))
    else items[items.length - 1] += ` ${lines[next].trim()}`
  return { html: html`<ul>${items.map(item => html`<li>${inline(item)}</li>`)}</ul>`, next }
}

const paragraph: ReadBlock = (lines, at) => {
  let next = at
  while (next < lines.length && lines[next].trim() !== '' && !/^(#|```|\||[-*] )/.test(lines[next])) next++
  if (next === at) {
    // A line that looks like the start of a block and is none.
    return lines[at].trim() === '' ? undefined : { html: html`<p>${inline(lines[at])}</p>`, next: at + 1 }
  }
  return { html: html`<p>${inline(lines.slice(at, next).join(' '))}</p>`, next }
}

const BLOCKS: readonly ReadBlock[] = [fence, heading, table, list, paragraph]

function inline(text: string): Html {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/)
  return html`${parts.map((part, i) => {
    if (i % 2 === 0) return html`${part}`
    return part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : html`<b>${part.slice(2, -2)}</b>`
  })}`
}
