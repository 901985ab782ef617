import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { packageOf } from '../../run/node/find-model.js'
import { sparkCounts, sparkSql } from '../../workflows/spark-sql.js'
import type { AddCommand } from '../context.js'
import { fractionOption } from '../options.js'

const EXAMPLE = `
Prints SQL that has one row for each document, with its entities or an error, and how to give Spark what it runs. Each
executor runs one nerite pipe for each of its tasks. Offsets count code points, as Spark's own functions do.

Examples:
  nerite spark en --id doc_id --text body
  nerite spark runs/a --id doc_id --text body --table news.articles --min-score 0.5 > tag.sql`

interface Flags {
  readonly id: string
  readonly text: string
  readonly table: string
  readonly program?: string
  readonly minScore?: number
  readonly coarse: boolean
}

/** The folder that Spark unpacks on each executor. */
const ARCHIVE = 'nerite-app'

/** `nerite spark`: the SQL that tags a table in Apache Spark. */
export const addSpark: AddCommand = (program, { print }) => {
  program
    .command('spark')
    .description('print SQL that tags a table in Apache Spark')
    .argument('<model>', 'an installed model such as en, or a run folder')
    .requiredOption('--id <column>', 'the column that says which document it is')
    .requiredOption('--text <column>', 'the column with the text')
    .option('--table <name>', 'the table or view of documents', 'documents')
    .option('--program <command>', 'what runs nerite on an executor (default: from the archive)')
    .addOption(fractionOption('--min-score <score>', 'leave out entities that score less'))
    .option('--coarse', "give entities the types of the model's coarse view", false)
    .addHelpText('after', EXAMPLE)
    .action((model: string, flags: Flags) => {
      const { id, text, table, minScore, coarse } = flags
      const archive = flags.program === undefined ? archiveOf(model) : undefined
      const query = sparkSql({
        program: flags.program ?? `cd ${ARCHIVE} && ./node node_modules/nerite/lib/nerite.js`,
        model: archive?.model ?? model,
        table,
        idColumn: id,
        textColumn: text,
        args: [
          ...(minScore === undefined ? [] : ['--min-score', String(minScore)]),
          ...(coarse ? ['--coarse'] : []),
        ],
      })
      const answers = `${table}_entities`
      print(`${archive?.steps ?? ''}CREATE TABLE ${answers} AS\n${query};\n
-- Every document has one answer:
${sparkCounts(table, answers)};
`)
    })
}

/** How to make the archive, and what the model is called in it. */
function archiveOf(model: string): { readonly steps: string; readonly model: string } {
  const isAddress = /^https?:/i.test(model)
  const isPackage = packageOf(model) !== undefined && !existsSync(model)
  const install = isPackage ? `nerite ${packageOf(model)}` : 'nerite'
  const copy = isPackage || isAddress ? '' : `\n--   cp -r ${resolve(model)} model`
  const steps = `-- Once, on a machine like the executors: an archive with Node.js, the package and the model.
--   mkdir ${ARCHIVE} && cd ${ARCHIVE} && npm init -y && npm install ${install}
--   cp "$(command -v node)" node${copy}
--   tar czf ../${ARCHIVE}.tar.gz . && cd ..
-- Then: spark-sql --archives ${ARCHIVE}.tar.gz#${ARCHIVE} -f tag.sql

`
  return { steps, model: copy === '' ? model : 'model' }
}
