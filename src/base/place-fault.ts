/** What is wrong with a place that cannot be written to; `undefined` where an error is about something else. */
export function placeFault(error: unknown): string | undefined {
  return PLACE_FAULTS[(error as { readonly code?: string }).code ?? '']
}

const PLACE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only disk',
  ENOTDIR: 'a file where a folder should be',
  ENAMETOOLONG: 'too long a name',
  ELOOP: 'links that lead to each other',
}
