const VARIABLE = 'ORT_DISABLE_TELEMETRY'

/**
 * Keeps ONNX Runtime's native library from sending usage data to its makers and from storing an identifier of the
 * machine in the user's cache. Since 1.29 it does both on Linux and macOS unless this variable is set when it is loaded.
 * A value that is set already stays. Has no effect in a worker thread, whose environment is a copy: call it in the main
 * thread before starting one.
 */
export function withoutTelemetry(): void {
  process.env[VARIABLE] ??= '1'
}
