// `provision --cloud-init`: the text with which a new machine at a cloud comes up as a node, and for
// AWS the exact call that launches it. Plain YAML by hand: cloud-init's own quoting rules are few, and
// the commands stand in it as lists, which no shell reads.
import { version } from '../version.ts'

export interface CloudFlags {
  /** After `provision`. */
  readonly words: readonly string[]
  /** What npm installs there: a version, or the URL of a packed file. */
  readonly from: string
}

/** The Node that is installed there: the one this project is tested with. */
export const cloudNode = '24.21.0'

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

/** The user data of a machine. */
export function cloudInit({ words, from }: CloudFlags): string {
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
    list(['npm', 'install', '--global', '--ignore-scripts', '--omit=dev', from]),
    list(['trustnet', 'provision', ...words]),
    '',
  ].join('\n')
}

/** The AWS call that launches a machine with this user data, which the caller keeps in `file`. */
export const awsCall = (file: string, port: number): string =>
  [
    '# Debian 12 on the smallest machine that a node runs well on; open the port of --listen first:',
    `#   aws ec2 authorize-security-group-ingress --group-name default --protocol tcp --port ${port} --cidr 0.0.0.0/0`,
    'aws ec2 run-instances \\',
    '  --image-id resolve:ssm:/aws/service/debian/release/12/latest/amd64 \\',
    '  --instance-type t3.small --count 1 \\',
    '  --metadata-options HttpTokens=required \\',
    "  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=trustnet}]' \\",
    `  --user-data file://${file}`,
  ].join('\n')
