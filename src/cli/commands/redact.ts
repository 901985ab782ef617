import { option, say } from '../../base/fault.js'
import { checkOutput, writeOutput } from '../../base/node/output-file.js'
import { plural } from '../../base/plural.js'
import { formatCount } from '../../evaluate/format-number.js'
import { MOST_THREADS } from '../../recognize/arguments.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { MENTIONS, type Mentions } from '../../redact/mentions.js'
import { KEYED, POLICIES, type Policy } from '../../redact/policies.js'
import { checkPolicyTypes, createRedactor } from '../../redact/redactor.js'
import { readTextFile } from '../../workflows/node/redaction-input.js'
import {
  readRedactionKey,
  requireRedactionKey,
  writeRedactionKey,
} from '../../workflows/node/redaction-key.js'
import {
  newCounts,
  type RedactionCounts,
  redactFile,
  restoreFile,
} from '../../workflows/redact/redact-file.js'
import { formatOfFile, REDACT_FORMATS, type RedactFormat } from '../../workflows/redact/redact-records.js'
import type { AddCommand, CliContext } from '../context.js'
import {
  choiceOption,
  countryOf,
  countryOption,
  fractionOption,
  optionError,
  wholeNumberOption,
} from '../options.js'

const EXAMPLE = `
Policies: replace ([PERSON]), mask (***), hash ([PERSON:…], an HMAC), encrypt (what "nerite restore" undoes), pseudonym
(PERSON_1, the same for the same name), format (other letters and digits), keep. A key comes from --key-file, or from the
variable NERITE_REDACTION_KEY; it is never an argument, since others can read those.

Examples:
  nerite redact pii --text "Write to ada@example.com"
  nerite redact pii letter.txt --out letter.redacted.txt --policies PERSON=pseudonym,EMAIL=mask
  nerite redact-key my.key
  nerite redact pii notes.csv --fields name,note --policy encrypt --key-file my.key --out safe.csv
  nerite restore safe.csv --fields name,note --key-file my.key --out notes.csv`

interface FileFlags {
  readonly text?: readonly string[]
  readonly format?: RedactFormat
  readonly fields?: string
  readonly out?: string
  readonly keyFile?: string
}

interface Flags extends FileFlags {
  readonly policy: Policy
  readonly policies?: readonly string[]
  readonly scope: 'document' | 'corpus'
  readonly mentions: Mentions
  readonly mentionScope: 'document' | 'corpus'
  readonly minScore: number
  readonly country?: string
  readonly to?: 'same' | 'jsonl'
  readonly json: boolean
  readonly threads?: number
}

/** `nerite redact`: takes entities out of texts. */
export const addRedact: AddCommand = (program, context) => {
  program
    .command('redact')
    .description('take entities out of texts: replace, mask, hash, encrypt, pseudonyms')
    .argument('<model>', 'pii, numbers, a run folder, an installed model, a rules file, or several: en+pii')
    .argument('[files...]', 'texts, JSON lines or CSV; "-" for standard input')
    .option('--text <text...>', 'text to redact, instead of files')
    .addOption(
      choiceOption('--policy <policy>', `one of ${POLICIES.join(', ')}`, POLICIES).default('replace'),
    )
    .option('--policies <pairs...>', 'policies of single types: PERSON=pseudonym,EMAIL=hash')
    .addOption(
      choiceOption('--scope <scope>', 'where a name keeps its pseudonym', ['document', 'corpus']).default(
        'document',
      ),
    )
    .addOption(
      choiceOption(
        '--mentions <which>',
        'what else is redacted: the same name elsewhere in the text, also parts of names, or nothing',
        MENTIONS,
      ).default('same'),
    )
    .addOption(
      choiceOption(
        '--mention-scope <scope>',
        'where mentions are looked for: corpus means all later texts, too',
        ['document', 'corpus'],
      ).default('document'),
    )
    .option('--key-file <file>', 'a file with the key of hash and encrypt')
    .addOption(choiceOption('--format <name>', 'of the files (default: by their names)', REDACT_FORMATS))
    .option('--fields <names>', 'JSON fields or CSV columns to redact (default for JSON lines: text)')
    .addOption(
      choiceOption('--to <format>', 'what to write: the same format, or jsonl with offsets', [
        'same',
        'jsonl',
      ]),
    )
    .option('--out <file>', 'write into a file instead of printing')
    .option('--json', 'with --out: print a summary of counts as JSON', false)
    .addOption(fractionOption('--min-score <score>', 'keep entities that score less').default(0))
    .addOption(countryOption())
    .addOption(wholeNumberOption('--threads <n>', 'threads of the numeric kernels', 1, MOST_THREADS))
    .addHelpText('after', EXAMPLE)
    .action(async (model: string, files: readonly string[], flags: Flags) => {
      if (flags.json && flags.out === undefined)
        throw optionError('json', say`${option('out')} as well`, 'a summary among the texts')
      const sources = sourcesOf(files, flags)
      const { policy, scope, mentions, mentionScope, minScore, threads, out } = flags
      const policies = parsePolicies(flags.policies ?? [])
      const keyed = [policy, ...Object.values(policies)].find(each => KEYED.includes(each))
      const given = readRedactionKey(flags.keyFile)
      const key = keyed === undefined ? given : requireRedactionKey(given, `the policy ${keyed}`)
      const redactor = await createRedactor({
        ...{ policy, policies, scope, mentions, mentionScope },
        ...(key !== undefined && { key }),
      })
      const counts = newCounts()
      const write = writer(out, context)
      const recognizer = await loadTagger(model, {
        threads,
        onNotice: context.log,
        ...countryOf(flags),
      })
      try {
        checkPolicyTypes(policies, recognizer.info.types)
        for (const source of sources)
          for await (const { written, parts } of redactFile(recognizer, redactor, source.read(), {
            minScore,
            counts,
          }))
            if (flags.to === 'jsonl')
              for (const part of parts) write.add(`${JSON.stringify({ file: source.file, ...part })}\n`)
            else write.add(written)
      } finally {
        await recognizer.release()
      }
      write.end()
      if (counts.otherFields > 0)
        context.warn(
          say`only the fields that ${option('fields')} names are redacted: ${counts.otherFields} other ${plural(counts.otherFields, 'field')}, and the names of all fields, stay as they are`,
        )
      if (flags.json) context.printJson(counts)
      else context.note(summary(counts))
    })
}

/** `nerite restore`: puts back what was encrypted. */
export const addRestore: AddCommand = (program, context) => {
  program
    .command('restore')
    .description('put back what redact encrypted')
    .argument('[files...]', 'what redact wrote; "-" for standard input')
    .option('--text <text...>', 'text to restore, instead of files')
    .option('--key-file <file>', 'a file with the key that it was encrypted with')
    .addOption(choiceOption('--format <name>', 'of the files (default: by their names)', REDACT_FORMATS))
    .option('--fields <names>', 'JSON fields or CSV columns to restore (default for JSON lines: text)')
    .option('--out <file>', 'write into a file instead of printing')
    .action(async (files: readonly string[], flags: FileFlags) => {
      const sources = sourcesOf(files, flags)
      const key = requireRedactionKey(readRedactionKey(flags.keyFile), 'restoring')
      const redactor = await createRedactor({ key })
      const write = writer(flags.out, context)
      for (const source of sources) write.add(await restoreFile(redactor, source.read()))
      write.end()
    })
}

/** `nerite redact-key`: makes a key. */
export const addRedactKey: AddCommand = program => {
  program
    .command('redact-key')
    .description('write a new key for redact into a new file, which only you may read')
    .argument('<file>', 'a name that is free')
    .option('--force', 'replace a file; what was encrypted with its key is lost', false)
    .action((file: string, { force }: { readonly force: boolean }) => writeRedactionKey(file, force))
}

function sourcesOf(files: readonly string[], { text, format, fields, out }: FileFlags) {
  if (text && files.length > 0) throw optionError('text', 'no file with it', JSON.stringify(files[0]))
  const named = text ? [] : files.length === 0 ? ['-'] : files
  if (out !== undefined && named.length > 1) throw optionError('out', 'one file', `${named.length} files`)
  const names = fields?.split(',').filter(name => name !== '')
  if (names?.length === 0) throw optionError('fields', 'names of fields or columns', JSON.stringify(fields))
  const own = (name: string, read: () => string, kind: RedactFormat) => {
    if ((kind === 'csv' || kind === 'tsv') && names === undefined)
      throw optionError('fields', 'the columns to redact', 'none')
    if ((kind === 'text' || kind === 'lines') && names !== undefined)
      throw optionError('fields', 'JSON lines or CSV', name)
    return {
      file: name,
      read: () => ({ content: read(), format: kind, fields: names ?? ['text'], name }),
    }
  }
  if (text) return text.map((each, i) => own(`text ${i + 1}`, () => `${each}\n`, format ?? 'lines'))
  return named.map(file =>
    own(file === '-' ? 'standard input' : file, () => readTextFile(file), format ?? formatOfFile(file)),
  )
}

/** Prints, or keeps what is for a file until all of it is there. */
function writer(out: string | undefined, { printData }: CliContext) {
  if (out === undefined) return { add: printData, end: () => {} }
  checkOutput(out)
  const parts: string[] = []
  return { add: (part: string) => void parts.push(part), end: () => writeOutput(out, parts.join('')) }
}

function parsePolicies(pairs: readonly string[]): Record<string, Policy> {
  const entries = pairs
    .flatMap(each => each.split(','))
    .filter(each => each !== '')
    .map(pair => {
      const [type, policy, more] = pair.split('=')
      if (type === '' || policy === undefined || more !== undefined)
        throw optionError('policies', 'pairs such as PERSON=mask', JSON.stringify(pair))
      return [type, policy as Policy]
    })
  return Object.fromEntries(entries)
}

function summary({ texts, entities, types }: RedactionCounts): string {
  const sum = (policies: Readonly<Record<string, number>>) =>
    Object.values(policies).reduce((all, count) => all + count, 0)
  const list = Object.entries(types).map(([type, policies]) => `${type} ${formatCount(sum(policies))}`)
  const found = `${formatCount(entities)} ${entities === 1 ? 'entity' : 'entities'} in ${formatCount(texts)} ${plural(texts, 'text')}`
  return `redacted ${found}${list.length === 0 ? '' : `: ${list.join(', ')}`}`
}
