// The systemd units of a provisioned node, as text. The node runs with as little of the machine as it
// needs: no user of its own in /etc/passwd (DynamicUser), one writable folder, sockets and nothing
// else. The updater is a second unit, because it must write where the node must not.
import { Failure } from '../../src/core/failure.ts'
import { updateArguments } from './programs.ts'
import { type Service, startArguments } from './service.ts'
import { systemHome } from './system-home.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f]/

/**
 * Refuses a word that would end the line of a unit file and begin a directive of its own.
 *
 * @throws Failure `service/bad-word`
 */
export function judgeWord(word: string): void {
  if (control.test(word)) throw new Failure('service/bad-word', { text: word })
}

/**
 * systemd reads % as a specifier, $ as a variable, and splits at spaces.
 *
 * @throws Failure `service/bad-word`
 */
export const quoted = (word: string): string => {
  judgeWord(word)
  const safe = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$-]+$/.test(safe)
    ? safe
    : `"${safe.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

const command = (words: readonly string[]): string => words.map(quoted).join(' ')

/** What works without being root as well. */
const hardeningOfAnybody = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'UMask=0077',
]

// MemoryDenyWriteExecute is not among them: V8 compiles at run time.
const hardeningOfSystem = [
  'ProtectSystem=strict',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectProc=invisible',
  'RestrictNamespaces=yes',
  'RemoveIPC=yes',
  'CapabilityBoundingSet=',
  'AmbientCapabilities=',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
  'SystemCallErrorNumber=EPERM',
]

/** What `ProtectHome` hides. */
const hidden = /^\/(home|root|run\/user)\//

/** Who runs it, and where it may write. */
function place(service: Service): readonly string[] {
  if (service.manager === 'systemd-user') return []
  // Read-only, and writable where ReadWritePaths says so: hidden, the node would not find its own home.
  const seesHomes = [service.node, service.entry, service.home].some((file) => hidden.test(file))
  const homes = `ProtectHome=${seesHomes ? 'read-only' : 'yes'}`
  if (service.home === systemHome)
    return ['DynamicUser=yes', 'StateDirectory=trustnet', 'StateDirectoryMode=0700', homes]
  // Without its capabilities not even root comes into the home of somebody else.
  const { user } = service
  const who = user === undefined ? [] : [`User=${user.uid}`, `Group=${user.gid}`]
  return [...who, homes, `ReadWritePaths=${quoted(service.home)}`]
}

/** The first systemd with a growing pause between starts. */
const growingPauseSince = 254

/** The version in what `systemctl --version` prints; 0 where it does not tell. */
export const systemdVersionIn = (said: string): number =>
  Number(/^systemd (\d+)/.exec(said)?.[1] ?? 0)

/** From a second to a minute, doubling as the supervisor's does; before 254 a second each time. */
const pauses = (systemdVersion: number): readonly string[] => [
  'RestartSec=1',
  ...(systemdVersion >= growingPauseSince ? ['RestartSteps=6', 'RestartMaxDelaySec=60'] : []),
]

/** <unit>.service: the node. @param systemdVersion 0: not known, and taken for an old one */
export function nodeUnit(service: Service, systemdVersion: number): string {
  const isSystem = service.manager === 'systemd'
  return `${[
    '[Unit]',
    'Description=trustnet node',
    ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    // Back-off without an end: a node that gave up at night would be gone in the morning.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    // Ready when the API answers; restarted when its event loop hangs.
    'Type=notify',
    'NotifyAccess=all',
    'WatchdogSec=120',
    'TimeoutStartSec=120',
    'TimeoutStopSec=20',
    `ExecStart=${command([service.node, ...startArguments(service)])}`,
    'Restart=on-failure',
    ...pauses(systemdVersion),
    // 2: started wrongly; no new start would be any better.
    'RestartPreventExitStatus=2',
    'SuccessExitStatus=130',
    'LimitNOFILE=65536',
    ...place(service),
    ...hardeningOfAnybody,
    ...(isSystem ? hardeningOfSystem : []),
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n')}`
}

/** <unit>-update.service: one look at the registry, and the update if there is one. */
export function updateUnit(service: Service): string {
  return [
    '[Unit]',
    'Description=Update of the trustnet node',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${command([service.updatesBy ?? service.node, ...updateArguments(service)])}`,
    'TimeoutStartSec=30min',
    'Nice=10',
    '',
  ].join('\n')
}

/** <unit>-update.timer: once a day, not all nodes at the same hour. */
export const updateTimer = [
  '[Unit]',
  'Description=Daily update of the trustnet node',
  '',
  '[Timer]',
  'OnCalendar=daily',
  'RandomizedDelaySec=12h',
  'Persistent=yes',
  '',
  '[Install]',
  'WantedBy=timers.target',
  '',
].join('\n')
