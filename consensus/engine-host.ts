// Holds the engine, and makes a new one when a snapshot has replaced the state below it. What the
// node signed last is carried over: a new engine must not sign what the old one already did.
import type { Millis } from '../src/core/id.ts'
import { Engine } from './engine.ts'
import type { EngineHostPorts } from './engine-chain.ts'
import type { EngineEffect, EngineInput, EngineOptions, EngineView } from './engine-io.ts'
import { signedKey } from './last-signed.ts'
import { previousKey } from './wal-block.ts'

export class EngineHost {
  readonly #ports: EngineHostPorts
  readonly #options: EngineOptions
  #engine: Engine
  #signed: Uint8Array | undefined

  constructor(
    ports: EngineHostPorts,
    options: EngineOptions,
    stored: readonly (readonly [string, Uint8Array])[],
  ) {
    this.#ports = ports
    this.#options = options
    this.#engine = new Engine(ports, options, stored)
    this.#signed = stored.find(([key]) => key === signedKey)?.[1]
  }

  get view(): EngineView {
    return this.#engine.view
  }

  step(input: EngineInput, now: Millis): readonly EngineEffect[] {
    const effects = this.#engine.step(input, now)
    for (const effect of effects)
      if (effect.do === 'persist')
        // Values are asked for by key alone: some are made when they are, and not all are needed.
        for (const write of effect.writes)
          if (write.key === signedKey && write.value !== null) this.#signed = write.value
    return effects
  }

  /** @param previous the record of the block below the new state, as `encodePrevious` makes it */
  restart(previous: Uint8Array): void {
    const stored: [string, Uint8Array][] = [[previousKey, previous]]
    if (this.#signed !== undefined) stored.push([signedKey, this.#signed])
    this.#engine = new Engine(this.#ports, this.#options, stored)
  }
}
