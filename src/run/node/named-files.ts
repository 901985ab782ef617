import { statSync } from 'node:fs'
import { ModelFileError } from '../../base/model-file-error.js'
import { commonSettings } from '../../config/common-settings.js'
import type { AnyConfig } from '../../config/schema.js'

/**
 * Refuses a stored configuration that names a pipe, a device or a socket where a corpus or another file should be: a run
 * folder may come from anyone, and reading those may never end.
 *
 * @param where the configuration
 * @throws ModelFileError
 */
export function checkNamedFiles(config: AnyConfig, where: string): void {
  const { corpus } = config
  const { gazetteers, gazetteersAt, classes, classesAt } = commonSettings(config)
  const named = {
    ...Object.fromEntries(corpus.train.map(({ file }, i) => [`corpus.train.${i}.file`, file])),
    'corpus.dev': corpus.dev,
    'corpus.test': corpus.test,
    'input.words.vectors.file': 'input' in config ? (config.input.words.vectors?.file ?? null) : null,
    ...Object.fromEntries(gazetteers.map(({ file }, i) => [`${gazetteersAt}.${i}.file`, file])),
    ...Object.fromEntries(classes.map(({ file }, i) => [`${classesAt}.${i}.file`, file])),
  }
  for (const [field, path] of Object.entries(named)) {
    // Whoever reads it says that a file is missing, or that it is a folder.
    const stat = path === null ? undefined : statOf(path)
    if (stat && !stat.isFile() && !stat.isDirectory())
      throw new ModelFileError({
        where: { file: where, field },
        expected: 'the path of a plain file',
        got: 'a pipe, a device or a socket',
        remedy: 'look at the settings before you use a run that somebody else made',
      })
  }
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
