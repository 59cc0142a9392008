// The address of a node's dashboard. The token stands in the fragment, which browsers send to nobody
// and the page takes out of the address at once; whoever has the address may act as the node's owner.
import type { Connection } from '../src/api/connection-file.ts'

export const dashboardAddress = ({ url, token }: Pick<Connection, 'url' | 'token'>): string =>
  `${url}/#token=${token}`
