// What the consensus machine's timers are called. Its engine's begin with `consensus/engine/`.

export const timers = {
  status: 'consensus/status',
  spread: 'consensus/spread',
  apply: 'consensus/apply',
  look: 'consensus/look',
} as const

/** What the engine has set may be of a state that a snapshot replaced. */
export const engineTimers = ['start', 'propose', 'prevote', 'precommit'].map(
  (name) => `consensus/engine/${name}`,
)
