import { type Fault, InputError } from './errors.js'

/** An error as plain data: classes are lost between threads. */
export interface PortableError {
  readonly message: string
  readonly stack?: string
  /** Of an InputError. */
  readonly input?: { readonly code: string; readonly faults: readonly Fault[] }
  /** Of a system error, such as ENOSPC. */
  readonly systemCode?: string
}

export function toPortable(error: unknown): PortableError {
  if (error instanceof InputError)
    return { message: error.message, input: { code: error.code, faults: error.faults } }
  if (!(error instanceof Error)) return { message: String(error) }
  const systemCode = (error as Error & { code?: string }).code
  return { message: error.message, stack: error.stack, ...(systemCode !== undefined && { systemCode }) }
}

export function fromPortable({ message, stack, input, systemCode }: PortableError): Error {
  if (input) return new InputError(input.code, input.faults)
  const error: Error & { code?: string } = new Error(message)
  if (stack) error.stack = stack
  if (systemCode) error.code = systemCode
  return error
}
