/** What is wrong with a place that cannot be written to; `undefined` where an error is about something else. */
export function placeFault(error: unknown): string | undefined {
  return PLACE_FAULTS[codeOf(error)]
}

/** What is wrong with a file that cannot be opened for reading; `undefined` where an error is about something else. */
export function fileFault(error: unknown): string | undefined {
  return FILE_FAULTS[codeOf(error)]
}

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? ''
}

const LOOP = 'links that lead to each other'

const PLACE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only disk',
  ENOTDIR: 'a file where a folder should be',
  ENAMETOOLONG: 'too long a name',
  ELOOP: LOOP,
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'a file that may not be read',
  ELOOP: LOOP,
}
