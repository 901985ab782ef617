/** Why a path cannot be written to, or `undefined` for other errors. */
export function placeFault(error: unknown): string | undefined {
  return PLACE_FAULTS[codeOf(error)]
}

/** Why a file cannot be opened for reading, or `undefined` for other errors. */
export function fileFault(error: unknown): string | undefined {
  return FILE_FAULTS[codeOf(error)]
}

/** Why there is no room for what is written, or `undefined` for other errors. */
export function fullFault(error: unknown): string | undefined {
  return FULL_FAULTS[codeOf(error)]
}

function codeOf(error: unknown): string {
  return (error as { readonly code?: string } | undefined)?.code ?? ''
}

const LOOP = 'links that lead to each other'

const PLACE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only disk',
  ENOTDIR: 'a file where a folder should be',
  ENAMETOOLONG: 'a name that is too long',
  ELOOP: LOOP,
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'a file without permission to read it',
  ELOOP: LOOP,
}

const FULL_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has become larger than the system allows',
}
