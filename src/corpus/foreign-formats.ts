/** Formats that are not read: how their files are recognized, and how to convert them. */
import { isRecord } from '../base/json-types.js'
import type { HeadOfFile } from './head-of-file.js'

interface ForeignFormat {
  /** With its article: `a Rasa file`. */
  readonly title: string
  readonly remedy: string
  readonly fits: (head: HeadOfFile) => boolean
}

/** Whether a line among the first ones matches. */
const some = (pattern: RegExp) => (head: HeadOfFile) =>
  head.written.slice(0, 100).some(line => pattern.test(line))
const isXml = (head: HeadOfFile) => /^\s*</.test(head.first)
/** Whether an element is among the first ones of an XML file. */
const element = (pattern: RegExp) => (head: HeadOfFile) => isXml(head) && some(pattern)(head)
const hasKey = (key: string) => (head: HeadOfFile) =>
  /^\s*[[{]/.test(head.first) &&
  ((isRecord(head.record) && key in head.record) ||
    head.written.slice(0, 20).some(line => new RegExp(`"${key}"\\s*:`).test(line)))

const RASA =
  'convert it to JSON with `rasa data convert nlu -f json`, and that to JSONL with jq, as docs/corpora.md shows'
const TAGS =
  'write its text with one tag for each entity and no other tags: <PER>Ada</PER>, one text per line'

const FOREIGN: readonly ForeignFormat[] = [
  {
    title: 'training data of Rasa (YAML)',
    remedy: RASA,
    fits: head => some(/^nlu:\s*$/)(head) && some(/^\s*-\s*(intent|lookup|synonym|regex):/)(head),
  },
  {
    title: 'training data of Rasa (Markdown)',
    remedy: RASA,
    fits: some(/^##\s*(intent|lookup|synonym|regex)\s*:/),
  },
  {
    title: 'training data of Rasa (JSON)',
    remedy: 'convert it to JSONL with jq, as docs/corpora.md shows',
    fits: hasKey('rasa_nlu_data'),
  },
  {
    title: 'UIMA CAS JSON (INCEpTION)',
    remedy: 'export the document as WebAnno TSV v3.3',
    fits: head =>
      hasKey('%FEATURE_STRUCTURES')(head) || hasKey('%TYPES')(head) || hasKey('_referenced_fss')(head),
  },
  {
    title: 'UIMA CAS XMI',
    remedy: 'export the document as WebAnno TSV v3.3 from INCEpTION, or write JSONL with dkpro-cassis',
    fits: element(/<xmi:XMI\b/),
  },
  {
    title: 'a document of GATE (XML)',
    remedy: 'save it in GATE as inline XML with the annotation types of your entities',
    fits: element(/<GateDocument\b/),
  },
  { title: 'a TEI document', remedy: TAGS, fits: element(/<TEI\b|http:\/\/www\.tei-c\.org/) },
  { title: 'a FoLiA document', remedy: TAGS, fits: element(/<FoLiA\b/) },
  {
    title: 'BioC XML',
    remedy: 'convert it to brat or CoNLL, for example with bconv',
    fits: head => element(/<collection\b/)(head) && some(/<(infon|passage|document)\b/)(head),
  },
  {
    title: 'PubTator',
    remedy: 'convert it to brat or CoNLL, for example with bconv',
    fits: head => /^\d+\|t\|/.test(head.first),
  },
  {
    title: 'linked data (RDF, NIF)',
    remedy: 'convert it to JSONL, a record for each text',
    fits: head => /^\s*@(prefix|base)\s+[^<]*<\S+>\s*\.\s*$/.test(head.first),
  },
  { title: 'a page of HTML', remedy: TAGS, fits: element(/<!doctype html|<html\b/i) },
  { title: 'an XML file', remedy: TAGS, fits: head => /^\s*<\?xml\b/.test(head.first) },
]

/** The format that a file's first lines show, if it is one that is not read. */
export function foreignFormat(head: HeadOfFile): Pick<ForeignFormat, 'title' | 'remedy'> | undefined {
  return FOREIGN.find(({ fits }) => fits(head))
}
