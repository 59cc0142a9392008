// A log file that stays bounded: when it is full it becomes node.log.1, the one before node.log.2,
// and the oldest goes. Written synchronously: the last words before a crash are there.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A day or two of a busy node; six of them are what an operator has room for anywhere. */
export const logBytesMax = 8 * 2 ** 20
/** Old files beside the current one. */
export const oldLogsMax = 5

export class RotatingLog {
  readonly file: string
  readonly #bytesMax: number
  #descriptor: number
  #bytes: number

  /** @param bytesMax when a file is full; @default logBytesMax */
  constructor(file: string, bytesMax: number = logBytesMax) {
    this.file = file
    this.#bytesMax = bytesMax
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.#descriptor = openSync(file, 'a', 0o600)
    this.#bytes = fstatSync(this.#descriptor).size
  }

  /** Appends; a full disk loses lines, never the process that writes them. */
  write(text: string | Uint8Array): void {
    const bytes = Buffer.from(text)
    try {
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#bytesMax) this.#rotate()
      writeSync(this.#descriptor, bytes)
      this.#bytes += bytes.length
    } catch {
      // There is nobody else to tell.
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #rotate(): void {
    // Open before anything moves: where no file can be opened, the old ones stay as they are.
    const fresh = openSync(`${this.file}.new`, 'a', 0o600)
    try {
      for (let i = oldLogsMax - 1; i >= 1; i--)
        moveIfThere(`${this.file}.${i}`, `${this.file}.${i + 1}`)
      moveIfThere(this.file, `${this.file}.1`)
      renameSync(`${this.file}.new`, this.file)
    } catch (error) {
      closeSync(fresh)
      throw error
    }
    closeSync(this.#descriptor)
    this.#descriptor = fresh
    this.#bytes = 0
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
