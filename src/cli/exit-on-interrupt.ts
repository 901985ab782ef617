/** Runs a command that writes files; Ctrl-C and a polite kill end the process so that its temporary files are removed. */
export async function exitOnInterrupt<T>(work: () => Promise<T>): Promise<T> {
  const onInterrupt = () => process.exit(130)
  const onTerminate = () => process.exit(143)
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  try {
    return await work()
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
  }
}
