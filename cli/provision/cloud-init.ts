// `provision --cloud-init`: the text with which a new machine at a cloud comes up as a node, and for
// AWS the exact call that launches it. Plain YAML by hand: cloud-init's own quoting rules are few, and
// the commands stand in it as lists, which no shell reads.
import { Failure } from '../../src/core/failure.ts'
import { opens } from '../join-command.ts'
import { version } from '../version.ts'
import { flagWords, tcpPort } from './flag-words.ts'
import { judgeFlags, type ProvisionFlags } from './flags.ts'

interface Machine {
  /** After `provision`. */
  readonly words: readonly string[]
  /** What npm installs there: a version, or the URL of a packed file. */
  readonly from: string
  readonly registry: string | undefined
}

/** The Node that is installed there: the one this project is tested with. */
export const cloudNode = '24.21.0'

/**
 * What provisions lies here, and goes when it has: the service has the same program in a folder of its own,
 * and the command `trustnet` runs that one, whichever is current. A second one would only grow old.
 */
const setup = '/opt/trustnet-setup'

/** JSON's strings are YAML's double-quoted ones. */
const list = (words: readonly string[]): string =>
  `  - [${words.map((word) => JSON.stringify(word)).join(', ')}]`

/** Downloads Node from its makers and checks it against the sums published beside it. */
const installNode = [
  'set -e',
  'case "$(uname -m)" in aarch64) arch=arm64 ;; *) arch=x64 ;; esac',
  `name=node-v${cloudNode}-linux-$arch.tar.xz`,
  `from=https://nodejs.org/dist/v${cloudNode}`,
  'cd "$(mktemp -d)"',
  'curl -fsSLO --retry 5 "$from/$name"',
  'curl -fsSL --retry 5 "$from/SHASUMS256.txt" | grep " $name\\$" | sha256sum -c -',
  'tar -xJf "$name" -C /usr/local --strip-components=1 --no-same-owner',
].join('\n')

const indented = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n')

/** Runs the words after it; where they fail, what provisions stays for another try. */
const thenTidied = ['sh', '-c', `"$@" && rm -rf ${setup}`, 'sh']

/** The user data of a machine. */
function cloudInit({ words, from, registry }: Machine): string {
  const asked = registry === undefined ? [] : [`--registry=${registry}`]
  return [
    '#cloud-config',
    `# A trustnet node (made by trustnet ${version()}). The log of the first start: /var/log/cloud-init-output.log`,
    'package_update: true',
    'packages: [curl, xz-utils, ca-certificates]',
    'write_files:',
    '  - path: /usr/local/sbin/trustnet-install-node',
    "    permissions: '0755'",
    '    content: |',
    '      #!/bin/sh',
    indented(installNode, '      '),
    'runcmd:',
    list(['/usr/local/sbin/trustnet-install-node']),
    list(['npm', 'install', '--prefix', setup, '--ignore-scripts', '--omit=dev', ...asked, from]),
    list([...thenTidied, `${setup}/node_modules/.bin/trustnet`, 'provision', ...words]),
    '',
  ].join('\n')
}

/** The AWS call that launches a machine with this user data, which the caller keeps in `file`. */
const awsCall = (file: string, port: number | undefined): string =>
  [
    '# Debian 12 on the smallest machine that a node runs well on. YOUR-KEY is the key pair with which ssh lets you in:',
    ...(port === undefined
      ? []
      : [
          '# open the port of --listen first:',
          `#   aws ec2 authorize-security-group-ingress --group-name default --protocol tcp --port ${port} --cidr 0.0.0.0/0`,
        ]),
    'aws ec2 run-instances \\',
    '  --image-id resolve:ssm:/aws/service/debian/release/12/latest/amd64 \\',
    '  --instance-type t3.small --count 1 \\',
    '  --key-name YOUR-KEY \\',
    '  --metadata-options HttpTokens=required \\',
    "  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=trustnet}]' \\",
    `  --user-data file://${file}`,
  ].join('\n')

export interface NewMachine {
  readonly userData: string
  readonly aws: string
  /** For people, with its line end; '' where nothing is to be said. */
  readonly remark: string
}

/**
 * The user data of a new machine and the AWS call that launches it.
 *
 * @throws Failure of `judgeFlags`, `service/no-source`, `service/not-fetchable`
 */
export async function newMachine(flags: ProvisionFlags): Promise<NewMachine> {
  await judgeFlags(flags)
  const { registry } = flags
  const from = sourceIn(flags)
  const port = tcpPort(flags.listen)
  return {
    userData: cloudInit({ words: flagWords(flags), from, registry }),
    aws: awsCall('user-data.yaml', port),
    remark:
      port === undefined
        ? `Nobody else will reach this node: it has no port of its own that others dial. ${opens}\n`
        : '',
  }
}

/**
 * What the machine installs as root. A name at npm's registry belongs to whoever took it first, so nothing
 * is taken from there unless the operator names that registry.
 */
function sourceIn({ from, registry }: ProvisionFlags): string {
  if (registry !== undefined && !isUrl(registry))
    throw new Failure('service/not-fetchable', { flag: '--registry', text: registry })
  if (from !== undefined && isUrl(from)) return from
  const what = from ?? `trustnet@${version()}`
  if (!isVersion.test(what))
    throw new Failure('service/not-fetchable', { flag: '--from', text: what })
  if (registry === undefined) throw new Failure('service/no-source', { what })
  return what
}

const isVersion = /^trustnet@\d+\.\d+\.\d+(-[\w.-]+)?$/

const isUrl = (text: string): boolean =>
  URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol)
