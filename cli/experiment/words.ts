// Flags that several experiment commands share.
import * as Flags from '@oclif/core/flags'

export const setFlag = Flags.string({
  description: 'another value for a field of the scenario (again for more)',
  multiple: true,
  // Else `--set a=b flood` takes flood for a second value.
  multipleNonGreedy: true,
  default: [],
  helpValue: 'PATH=VALUE',
})

export const seedsFlag = Flags.integer({
  description: 'runs of every point, each with the next seed [default: as the scenario says]',
  min: 1,
  max: 1_000,
})

export const memoryFlag = Flags.integer({
  description: 'GiB that all runs at one time may take [default: 80% of the machine]',
  min: 1,
  helpValue: 'GIB',
})

export const reportFlag = Flags.boolean({
  description: 'draw the plots and write report.html (a second or two)',
  default: true,
  allowNo: true,
})
