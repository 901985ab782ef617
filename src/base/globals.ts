/**
 * Names that our types mention and that not every project's compiler knows: it may have neither the DOM library nor
 * Node.js's types, nor a library newer than ES2022. Where it has them, these declarations add nothing.
 */
declare global {
  interface AbortSignal {
    readonly aborted: boolean
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>
  }
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol
  }
  namespace WebAssembly {
    interface Memory {}
  }
  /** Valibot's types mention it, and `File`. */
  interface Blob {}
  interface File {}
  interface CryptoKey {}
}

export {}
