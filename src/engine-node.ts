/** `nerite/engine` in Node.js: all of `engine.ts`, and the native runtime. */

export { chooseRuntime } from './engine/runtime/node/choose-runtime.js'
export { nodeRuntime } from './engine/runtime/node/ort-node.js'
export * from './engine.js'
