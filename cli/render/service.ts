// A provisioned node and its updates, for people. The steps stand on standard error; what is printed
// here ends with the node's id, so that a script takes the last word.
import type { Provisioned } from '../provision/host.ts'
import type { Uninstalled } from '../provision/uninstall.ts'
import type { Checked, Updated } from '../provision/update.ts'
import { facts } from './table.ts'

export const renderProvisioned = (answer: Provisioned): string =>
  facts([
    ['home', answer.home],
    ['kept by', answer.manager],
    ['version', answer.version],
    ['log', answer.log],
    ...(answer.command == null ? [] : [['command', answer.command] as const]),
    ['network', answer.chainId],
    ['peers', String(answer.connected)],
    ['invite', answer.invite],
    ['node', answer.nodeId],
  ])

export const renderChecked = ({ current, latest, newer, refused }: Checked): string =>
  newer
    ? `${latest} is there, ${current} runs: ${refused ? 'it was rolled back here; trustnet update --to it tries again' : 'trustnet update installs it'}.`
    : `${current} is the newest.`

export const renderUpdated = ({ from, to, changed }: Updated): string =>
  changed ? `Updated from ${from} to ${to}.` : `${from} is the newest.`

export const renderUninstalled = ({ home, kept }: Uninstalled): string =>
  kept.length === 0
    ? `Uninstalled; ${home} is gone.`
    : `Uninstalled. The home ${home} stays with the key: whoever provisions it again is the same node.`
