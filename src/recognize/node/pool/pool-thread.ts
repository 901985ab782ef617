import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../../base/node/start-worker.js'
import { fromPortable } from '../../../base/portable-error.js'
import type { RecognizerInfo } from '../../recognizer.js'
import type { ThreadData, ThreadMessage, Work } from './messages.js'

/** A thread ended before it had done its work: out of memory, stopped by the system, a crash of a library. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost'
}

/** One thread with a model. It does one piece of work at a time. */
export class PoolThread {
  /** Settles when the model is loaded. Rejects with the error of loading it, or with `ThreadLost`. */
  readonly ready: Promise<RecognizerInfo>
  private readonly worker: Worker
  private waiting: {
    readonly resolve: (outputs: readonly unknown[]) => void
    readonly reject: (error: Error) => void
  }[] = []
  private cause?: unknown
  private hasEnded = false
  /** Settles when it has done what it was given. */
  private work: Promise<unknown> = Promise.resolve()

  constructor(data: ThreadData, onNotice: (message: string) => void) {
    this.worker = startWorker(new URL('./tagging-thread.js', import.meta.url), data)
    this.ready = new Promise((resolve, reject) => {
      const failed = { reject, resolve: () => {} }
      this.waiting.push(failed)
      this.worker.on('message', (message: ThreadMessage) => {
        if (message.kind === 'notice') onNotice(message.message)
        else if (message.kind === 'error') this.waiting.shift()?.reject(fromPortable(message.error))
        else if (message.kind === 'done') this.waiting.shift()?.resolve(message.outputs)
        else {
          this.waiting.shift()
          // An idle pool does not keep the process alive.
          this.worker.unref()
          resolve(message.info)
        }
      })
    })
    this.ready.catch(() => {})
    this.worker.on('error', error => {
      this.cause = error
    })
    this.worker.on('exit', code => {
      this.hasEnded = true
      for (const { reject } of this.waiting.splice(0)) reject(this.lost(code))
    })
  }

  /** @throws the error of the work; `ThreadLost` */
  async run(work: Work): Promise<readonly unknown[]> {
    if (this.hasEnded) throw this.lost()
    this.worker.ref()
    try {
      const outputs = new Promise<readonly unknown[]>((resolve, reject) => {
        this.waiting.push({ resolve, reject })
        this.worker.postMessage(work)
      })
      this.work = outputs.catch(() => {})
      return await outputs
    } finally {
      this.worker.unref()
    }
  }

  async stop(): Promise<void> {
    await this.worker.terminate()
  }

  /**
   * Ends the thread when it has done its work. To end it within a call of ONNX Runtime can end the whole process.
   * @param patience milliseconds after which it is ended all the same
   */
  async finish(patience: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, patience)
    })
    await Promise.race([this.work, late])
    clearTimeout(timer)
    await this.stop()
  }

  private lost(code?: number): ThreadLost {
    const how = code === undefined ? '' : ` with code ${code}`
    return new ThreadLost(`a tagging thread ended${how}`, { cause: this.cause })
  }
}
