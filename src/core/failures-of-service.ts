// What can be wrong with a node that runs as a service: installing it, updating it, its keys and its
// settings. See failure.ts for how these become errors.
import { entry } from './failure-entry.ts'

export const failuresOfService = {
  // Provisioning
  'service/none': entry<{ home: string }>(
    'failure',
    (f) =>
      `No service is set up in ${f.home}: 'trustnet provision' makes one, or name its home with --home.`,
  ),
  'service/no-supervisor': entry<{ home: string; log: string }>(
    'timeout',
    (f) => `The supervisor of ${f.home} did not come up: ${f.log} says why.`,
  ),
  'service/malformed': entry<{ file: string; why: string }>(
    'failure',
    (f) =>
      `${f.file} cannot be read (${f.why}): run 'trustnet provision' again, it writes it anew.`,
  ),
  'service/install-failed': entry<{ what: string; why: string }>(
    'failure',
    (f) =>
      `npm could not install ${f.what} (${f.why}): check the network and the registry, or name a packed file with --from trustnet-….tgz. What ran before still runs.`,
  ),
  'service/command-failed': entry<{ command: string; why: string }>(
    'failure',
    (f) => `'${f.command}' failed (${f.why}): mend that and run the same command again.`,
  ),
  'service/not-healthy': entry<{ seconds: number; why: string; log: string }>(
    'timeout',
    (f) =>
      `The node was not healthy after ${f.seconds} s (${f.why}): see ${f.log} and 'trustnet doctor'; --within gives it longer.`,
  ),
  'service/ssh-failed': entry<{ target: string; why: string }>(
    'failure',
    (f) =>
      `ssh to ${f.target} failed (${f.why}): 'ssh ${f.target} true' must work without a question first; --ssh-config FILE gives ssh its options.`,
  ),
  'service/bad-target': entry<{ target: string }>(
    'usage',
    (f) => `"${f.target}" is no host for ssh: write USER@HOST or a name of your ssh configuration.`,
  ),
  'service/not-packed': entry<{ from: string; why: string }>(
    'usage',
    (f) =>
      `--from ${f.from} cannot be carried to another host (${f.why}): name a packed file of this machine, or leave --from out to carry the program that runs here.`,
  ),
  'service/no-source': entry<{ what: string }>(
    'usage',
    (f) =>
      `The new machine would install as root whatever npm's registry has as ${f.what}, which nobody knows to be this program: name the packed file with --from https://…/trustnet-….tgz, or a registry that you trust with --registry URL.`,
  ),
  'service/not-fetchable': entry<{ flag: string; text: string }>(
    'usage',
    (f) =>
      `A new machine can fetch nothing with ${f.flag} ${JSON.stringify(f.text)}: name the URL of a packed file (--from https://…/trustnet-….tgz), or a registry (--registry URL) and a version there (--from trustnet@1.2.3).`,
  ),
  'service/bad-word': entry<{ text: string }>(
    'usage',
    (f) =>
      `${JSON.stringify(f.text)} has a line end or another control character, which no service can be started with: leave it out.`,
  ),
  'service/programs-of-another': entry<{ programs: string; home: string }>(
    'usage',
    (f) =>
      `The programs in ${f.programs} are those of the node in ${f.home}: name another folder with --programs, or take that node away with 'trustnet uninstall --home ${f.home}'.`,
  ),
  'service/programs-unusable': entry<{ programs: string; why: string }>(
    'failure',
    (f) =>
      `The folder of programs ${f.programs} cannot be used (${f.why}): check its rights, or name another with --programs.`,
  ),
  'service/out-of-reach': entry<{ file: string; by: string; uid: number | null }>(
    'failure',
    (f) =>
      `${f.uid === null ? 'The user that systemd makes for the service' : `The user ${f.uid}, who is to run the service,`} cannot come to ${f.file}: ${f.by} is closed to others. Let others in ('chmod o+rx ${f.by}'), name another folder (--programs, --home), or give the home to its user ('chown -R USER HOME').`,
  ),
  'service/busy': entry<{ programs: string; pid: number }>(
    'locked',
    (f) =>
      `Process ${f.pid} installs or updates in ${f.programs}: wait for it, then run the same command again.`,
  ),
  'service/no-node-there': entry<{ target: string; found: string }>(
    'failure',
    (f) =>
      `${f.target} has no Node 22.13 or newer with npm (${f.found}): install it there, or start a machine with 'trustnet provision --cloud-init'.`,
  ),

  // Updates
  'update/no-registry': entry<{ why: string }>(
    'failure',
    (f) =>
      `The registry did not say which versions there are (${f.why}): try later, or name another one with --registry.`,
  ),
  'update/other-package': entry<{ current: string }>(
    'failure',
    (f) =>
      `The registry's trustnet has no version ${f.current}, which runs here, so it may be another project's: nothing was fetched. Name your own with --registry, or update from a packed file with 'trustnet provision --from FILE'.`,
  ),
  'update/unproven': entry<{ why: string }>(
    'failure',
    (f) =>
      `The registry's trustnet is not known to be the one that runs here (${f.why}), so it may be another project's: nothing was fetched. If you trust a registry, name it with --registry; or update from a packed file with 'trustnet provision --from FILE'.`,
  ),
  'update/fixed-program': entry<{ entry: string }>(
    'usage',
    (f) =>
      `The service runs ${f.entry} where it lies, so there is nothing to replace: update that program itself, or provision again without --from here.`,
  ),
  'update/broken': entry<{ to: string; why: string }>(
    'failure',
    (f) => `Version ${f.to} does not run here (${f.why}): it was left out, the old one still runs.`,
  ),
  'update/rolled-back': entry<{ from: string; to: string; why: string }>(
    'failure',
    (f) =>
      `Version ${f.to} was not healthy (${f.why}): ${f.from} runs again and ${f.to} will not be tried by itself any more; 'trustnet update --to ${f.to}' does.`,
  ),
  'update/not-back': entry<{ from: string; to: string; why: string; worse: string }>(
    'failure',
    (f) =>
      `Version ${f.to} was not healthy (${f.why}), and ${f.from}, which is in its place again, is not either (${f.worse}): see 'trustnet doctor'; 'trustnet update --to VERSION' installs another one.`,
  ),
  'update/raises-format': entry<{ to: string; format: number; known: number }>(
    'failure',
    (f) =>
      `Version ${f.to} writes the store in format ${f.format}, and what runs here reads format ${f.known} at most: there would be no way back, so it is not installed by itself. Look at its changes, then run 'trustnet update'.`,
  ),

  // Keys
  'keys/none': entry<{ home: string }>(
    'failure',
    (f) =>
      `There is no key in ${f.home}: no node ever ran there. If it is lost, only an export brings it back ('trustnet keys import FILE'); without one start anew and let people rate the new node.`,
  ),
  'keys/no-passphrase': entry<Record<string, never>>(
    'usage',
    () =>
      'A passphrase is needed and nobody can be asked: give --passphrase-file FILE (- reads standard input) or set TRUSTNET_PASSPHRASE.',
  ),
  'keys/short-passphrase': entry<{ charactersMin: number }>(
    'usage',
    (f) =>
      `The passphrase is too short: take ${f.charactersMin} characters or more, such as four words.`,
  ),
  'keys/wrong-passphrase': entry<{ file: string }>(
    'failure',
    (f) => `${f.file} does not open: the passphrase is another one, or the file was changed.`,
  ),
  'keys/malformed': entry<{ file: string; why: string }>(
    'failure',
    (f) =>
      `${f.file} is no exported key (${f.why}): take the file that 'trustnet keys export' wrote.`,
  ),
  'keys/file-there': entry<{ file: string }>(
    'usage',
    (f) => `${f.file} is there already and is not overwritten: name another file.`,
  ),
  'keys/other-key': entry<{ home: string; peerId: string }>(
    'usage',
    (f) =>
      `${f.home} has the key of ${f.peerId} already: import into another --home, or add --replace, which keeps the old one beside it.`,
  ),

  'keys/other-successor': entry<{ file: string; peerId: string }>(
    'usage',
    (f) =>
      `A hand-over to ${f.peerId} was begun (${f.file}): run 'trustnet keys succeed' without a file to end it, or remove ${f.file} if that key was never sent.`,
  ),
  'keys/succeeded-by-other': entry<{ peerId: string }>(
    'failure',
    (f) =>
      `The name of this key went to ${f.peerId} already, by a hand-over that was not made in this home: nothing that this key signs counts. If that was not you, tell those who rate you: they can take their ratings of that key back.`,
  ),
  'keys/not-final': entry<{ seconds: number }>(
    'timeout',
    (f) =>
      `No block held the hand-over within ${f.seconds} s: the committee may be short of votes ('trustnet committee'). Run 'trustnet keys succeed' again: it goes on with the same new key.`,
  ),

  // Settings
  'settings/unknown': entry<{ name: string; known: readonly string[] }>(
    'usage',
    (f) => `"${f.name}" is no setting: there are ${f.known.join(', ')}.`,
  ),
  'settings/bad-value': entry<{ name: string; text: string; why: string; origin: string }>(
    'usage',
    (f) =>
      `${f.name} cannot be "${f.text}" (${f.why}; it comes from ${f.origin}): correct it there.`,
  ),
} as const
