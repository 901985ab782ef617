import { Problem } from '../problem.js'

/** What of a project's labeling interface is for entities. */
export interface LabelConfig {
  /** Name of the control with the labels. */
  readonly fromName: string
  /** Name of the text that they are for. */
  readonly toName: string
  /** Field of a task's data with the text. */
  readonly field: string
  /** Values of the labels. */
  readonly labels: readonly string[]
}

interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Characters of a labeling interface. */
const LONGEST = 100_000
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads a labeling interface: the first `Labels` (or `HyperTextLabels`) and the `Text` (or `HyperText`) that it is for.
 * @throws Problem 422 for one without
 * @example
 * parseLabelConfig('<View><Labels name="l" toName="t"><Label value="PER"/></Labels><Text name="t" value="$text"/></View>')
 */
export function parseLabelConfig(xml: string): LabelConfig {
  if (xml.length > LONGEST) throw refused(`at most ${LONGEST} characters`)
  const tags = tagsOf(xml)
  const control = tags.findIndex(({ name }) => name === 'Labels' || name === 'HyperTextLabels')
  const { attributes } = tags[control] ?? { attributes: new Map<string, string>() }
  const [fromName, toName] = [attributes.get('name'), attributes.get('toName')]
  const text = tags.find(
    ({ name, attributes: own }) =>
      (name === 'Text' || name === 'HyperText') && own.get('name') === toName?.split(',')[0],
  )
  const value = text?.attributes.get('value')
  if (fromName === undefined || toName === undefined || value === undefined || !value.startsWith('$'))
    throw refused('Labels with a name and a toName, and the Text of that name with a value such as $text')
  const labels = tags
    .slice(control + 1)
    .flatMap(({ name, attributes: own }) => (name === 'Label' ? [own.get('value') ?? ''] : []))
    .filter(label => label !== '')
  return { fromName, toName: toName.split(',')[0], field: value.slice(1), labels }
}

const OPENING = /<([A-Za-z]\w*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/y

/**
 * The opening tags of a document, in order, in linear time. What is in comments is left out.
 * @throws Problem 422 for a tag that does not end
 */
function tagsOf(xml: string): Tag[] {
  const tags: Tag[] = []
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    if (!/[A-Za-z]/.test(xml.charAt(at + 1))) {
      const end = xml.startsWith('<!--', at) ? xml.indexOf('-->', at) : xml.indexOf('>', at)
      if (end < 0) break
      at = end + 1
      continue
    }
    OPENING.lastIndex = at
    const [whole, name, rest] = OPENING.exec(xml) ?? []
    if (whole === undefined) throw refused('XML whose tags end')
    tags.push({ name, attributes: attributesOf(rest) })
    at += whole.length
  }
  return tags
}

function attributesOf(text: string): Map<string, string> {
  const found = [...text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return new Map(found.map(([, key, double, single]) => [key, decoded(double ?? single)]))
}

function decoded(value: string): string {
  return value.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

function refused(expected: string): Problem {
  return new Problem(422, 'label-studio/config', `label_config: expected ${expected}`)
}
