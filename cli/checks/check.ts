// What a check of `doctor` finds. None of them changes anything.

export interface Check {
  readonly name: string
  /** `note`: worth knowing, nothing to mend. */
  readonly result: 'ok' | 'note' | 'wrong'
  readonly says: string
}

export const ok = (name: string, says: string): Check => ({ name, result: 'ok', says })
export const note = (name: string, says: string): Check => ({ name, result: 'note', says })
export const wrong = (name: string, says: string): Check => ({ name, result: 'wrong', says })
