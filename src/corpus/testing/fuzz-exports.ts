import type { Random } from '../../base/random.js'
import { type FuzzCase, inUnit, makeText, pick } from './fuzz-cases.js'

interface Range {
  readonly start: number
  readonly end: number
  readonly label: string
  readonly text: string
}

/** A record of some tool. @param ranges in the unit that the tool counts */
type Form = (text: string, ranges: readonly Range[], index: number) => unknown

/** Files of records of JSON, one a line or in an array. */
const exportOf =
  (name: string, unit: 'utf16' | 'codepoint', form: Form) =>
  (random: Random): FuzzCase => {
    const made = Array.from({ length: 1 + random.below(4) }, () => makeText(random))
    const records = made.map(({ text, spans }, i) =>
      form(
        text,
        spans.map(({ start, end, type }) => ({
          start: inUnit(text, start, unit),
          end: inUnit(text, end, unit),
          label: type,
          text: text.slice(start, end),
        })),
        i,
      ),
    )
    const text = pick(random, [
      records.map(each => `${JSON.stringify(each)}\n`).join(''),
      JSON.stringify(records),
      JSON.stringify(records, null, 2),
    ])
    return { name, text, options: { offsets: unit }, expected: made.map(({ expected }) => expected) }
  }

const results = (ranges: readonly Range[]) =>
  ranges.map(({ label, ...range }) => ({
    type: 'labels',
    from_name: 'label',
    to_name: 'text',
    value: { ...range, labels: [label] },
  }))

export const EXPORT_KINDS: Readonly<Record<string, (random: Random) => FuzzCase>> = {
  'label-studio': exportOf('a.json', 'utf16', (text, ranges, id) => ({
    id,
    data: { text, url: 'x' },
    annotations: [{ id, completed_by: 1, result: results(ranges) }],
    predictions: [],
  })),
  'label-studio-min': exportOf('a.json', 'utf16', (text, ranges, id) => ({
    id,
    text,
    label: ranges.map(({ label, ...range }) => ({ ...range, labels: [label] })),
    annotator: 1,
    annotation_id: id,
    lead_time: 0.5,
  })),
  doccano: exportOf('a.jsonl', 'codepoint', (text, ranges, id) => ({
    id,
    text,
    label: ranges.map(({ start, end, label }) => [start, end, label]),
    Comments: [],
  })),
  'doccano-relations': exportOf('a.jsonl', 'codepoint', (text, ranges, id) => ({
    id,
    text,
    entities: ranges.map(({ start, end, label }, i) => ({
      id: i,
      label,
      start_offset: start,
      end_offset: end,
    })),
    relations: [],
    Comments: [],
  })),
  prodigy: exportOf('a.jsonl', 'codepoint', (text, ranges, id) => ({
    text,
    spans: ranges.map(({ start, end, label }) => ({ start, end, label })),
    _input_hash: id,
    _task_hash: id,
    answer: 'accept',
  })),
  argilla: exportOf('a.json', 'codepoint', (text, ranges, id) => ({
    id: `${id}`,
    fields: { text },
    metadata: {},
    suggestions: {},
    responses: {
      ner: [
        {
          value: ranges.map(({ start, end, label }) => ({ start, end, label })),
          user_id: 'u',
          status: 'submitted',
        },
      ],
    },
  })),
  'spacy-json': exportOf('a.json', 'codepoint', (text, ranges) => ({
    text,
    ents: ranges.map(({ start, end, label }) => ({ start, end, label })),
    tokens: [{ id: 0, start: 0, end: [...text].length }],
  })),
  'ground-truth': exportOf('a.manifest', 'codepoint', (text, ranges) => ({
    source: text,
    job: {
      annotations: {
        entities: ranges.map(({ start, end, label }) => ({ startOffset: start, endOffset: end, label })),
      },
    },
    'job-metadata': { type: 'groundtruth/text-span' },
  })),
  comprehend: exportOf('a.jsonl', 'codepoint', (Text, ranges, Line) => ({
    Entities: ranges.map(({ start, end, label, text }) => ({
      BeginOffset: start,
      EndOffset: end,
      Score: 0.5,
      Text: text,
      Type: label,
    })),
    Text,
    Line,
  })),
}
