/** The parts of a bulk job: which files are tagged, and where what is found in each is written. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { InputError } from '../../../base/errors.js'
import { option, say } from '../../../base/fault.js'
import { filesIn, isFolder, isPattern, matchingFiles } from '../../../base/node/matching-files.js'

/** How documents are written in a file: by the line, by the file, by the row. */
export type DocumentForm = 'jsonl' | 'text' | 'csv' | 'parquet'

export type OutputForm = 'jsonl' | 'parquet'

/** One file that is tagged, and the file that is written for it. */
export interface BulkPart {
  readonly input: string
  readonly form: DocumentForm
  /** Relative to the folder of outputs, with `/` between its names. */
  readonly output: string
}

const FORMS: Readonly<Record<string, DocumentForm>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.txt': 'text',
  '.text': 'text',
  '.md': 'text',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.parquet': 'parquet',
}

const KNOWN = Object.keys(FORMS).join(', ')

/**
 * The files that are named, that match a pattern, or that are in a folder, in the order of their outputs. What is in the folder
 * of outputs is none of them. Of a folder, files of other kinds are passed over.
 *
 * @param out the folder of outputs
 * @throws InputError `bulk/input` where there is nothing to tag, for a file of an unknown kind, and for two files whose
 *   outputs would have the same name
 */
export async function findParts(
  named: readonly string[],
  out: string,
  to: OutputForm,
): Promise<{ readonly parts: readonly BulkPart[]; readonly leftOut: number }> {
  const parts = new Map<string, BulkPart>()
  const outputs = resolve(out)
  let leftOut = 0
  for (const name of named) {
    const { base, files, isChosen } = await filesOf(name)
    for (const input of files) {
      const path = resolve(input)
      if (path.startsWith(outputs + sep)) continue
      const form = FORMS[extname(input).toLowerCase()]
      if (form === undefined) {
        if (isChosen) throw unknownForm(input)
        leftOut++
        continue
      }
      const output = outputName(relative(base, input), form, to)
      const before = parts.get(output)
      if (before && resolve(before.input) !== path)
        throw new InputError('bulk/input', {
          where: input,
          expected: 'files with different names',
          got: `one that would be written to ${output}, as ${before.input} is`,
          remedy: 'tag them in two calls, with two folders for what is found',
        })
      if (resolve(outputs, output) === path)
        throw new InputError('bulk/input', {
          where: option('out'),
          expected: 'another folder than that of the input',
          got: out,
        })
      parts.set(output, { input, form, output })
    }
  }
  if (parts.size === 0)
    throw new InputError('bulk/input', {
      where: option('in'),
      expected: `files to tag (${KNOWN})`,
      got: leftOut > 0 ? `${leftOut} of other kinds` : 'none',
      remedy: 'check the path',
    })
  const sorted = [...parts.values()].sort((a, b) => (a.output < b.output ? -1 : 1))
  return { parts: sorted, leftOut }
}

/** The files that a name stands for, and the folder from which their names count: the same for a call later. */
async function filesOf(name: string) {
  if (isPattern(name)) {
    const fixed = name.split(/[\\/]/)
    const first = fixed.findIndex(part => /[*?[\]{}]|[!+@]\(/.test(part))
    const base = fixed.slice(0, first).join('/') || (name.startsWith('/') ? '/' : '.')
    return { base, files: await matchingFiles(name), isChosen: true }
  }
  if (isFolder(name)) return { base: name, files: filesIn(name), isChosen: false }
  if (existsSync(name)) {
    if (!statSync(name).isFile())
      throw new InputError('bulk/input', {
        where: name,
        expected: 'a file, which can be read twice',
        got: 'a pipe or a device',
        remedy: say`${{ verb: 'pipe' }} reads JSON lines from a pipe`,
      })
    return { base: dirname(name), files: [name], isChosen: true }
  }
  throw new InputError('bulk/input', {
    where: name,
    expected: 'a file, a folder or a pattern',
    got: 'nothing of that name',
    remedy: 'check the path',
  })
}

function outputName(path: string, form: DocumentForm, to: OutputForm): string {
  const posix = path.split(sep).join('/')
  return form === to && extname(posix).toLowerCase() === `.${to}` ? posix : `${posix}.${to}`
}

function unknownForm(input: string): InputError {
  return new InputError('bulk/input', {
    where: input,
    expected: `a file whose name ends in one of ${KNOWN}`,
    got: basename(input),
    remedy: say`rename it, or use ${{ verb: 'pipe' }} for JSON lines of any name`,
  })
}

/** Where a part's output is. */
export function outputPath(out: string, { output }: BulkPart): string {
  return join(out, ...output.split('/'))
}
