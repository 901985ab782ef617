const VARIABLE = 'ORT_DISABLE_TELEMETRY'

/**
 * Keeps ONNX Runtime's native library from sending data on its use to its makers and from leaving an identifier of the
 * machine in the user's cache, both of which it does on Linux and macOS since 1.29 unless this variable is there when it
 * is loaded. One that is set already is left as it is. Has no effect from a worker thread, whose environment is a copy:
 * call it in the main thread before one is started.
 */
export function withoutTelemetry(): void {
  process.env[VARIABLE] ??= '1'
}
