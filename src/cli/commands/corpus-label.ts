import { formatCount } from '../../evaluate/format-number.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { labelCorpus } from '../../workflows/node/label-corpus.js'
import type { AddCommand } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { fractionOption } from '../options.js'
import { addPlainTextOptions, type PlainTextFlags, toPlainTexts } from '../plain-text-options.js'

const EXAMPLE = `
Files that end in .txt or .md are read as running text, all others as corpora, whose labels are not looked at. The result
is JSON lines of tokens and tags. Without --partial it is a silver corpus: what the model does not find counts as no name.
With --partial, only what it finds counts as labeled, and sentences without a name are left out: right for lists of names,
which know some and miss others. Train on such a corpus beside one that is labeled whole.

Examples:
  nerite corpus label runs/grown news.txt --out silver.jsonl
  nerite corpus label cities.yaml news.txt --partial --out places.jsonl
  nerite train --corpus.train.0.file train.conll --corpus.train.1.file places.jsonl --corpus.dev dev.conll --out runs/a`

interface Flags extends PlainTextFlags {
  readonly out: string
  readonly partial?: boolean
  readonly minScore?: number
  readonly force?: boolean
  readonly json?: boolean
}

/** `nerite corpus label`: a silver corpus, or labels from lists of names. */
export const addCorpusLabel: AddCommand = (family, context) => {
  addPlainTextOptions(
    family
      .command('label')
      .description('label text with what a model, rules or lists of names find in it')
      .argument('<model>', 'a run folder, an installed model, or a rules file')
      .argument('<texts...>', 'texts or corpora; - for standard input')
      .requiredOption('--out <file>', 'file to write, JSON lines')
      .option('--partial', 'only what is found counts as labeled')
      .addOption(fractionOption('--min-score <score>', 'leave out entities that score less (default: 0)'))
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (model: string, paths: readonly string[], flags: Flags) => {
    const { out, partial, minScore, force } = flags
    const request = { ...toPlainTexts(paths, flags, context), out, partial, minScore, force }
    await using tagger = await loadTagger(model, { onNotice: context.note })
    const report = await exitOnInterrupt(() => labelCorpus(tagger, request))
    if (flags.json) context.printJson(report)
    else {
      const types = Object.entries(report.entities).map(([type, count]) => `${type} ${formatCount(count)}`)
      context.print(
        `${out}: ${formatCount(report.sentences)} of ${formatCount(report.read)} sentences; ${types.join(', ') || 'no entities'}\n`,
      )
    }
  })
}
