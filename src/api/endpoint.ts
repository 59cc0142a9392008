// What a declaration of an endpoint says. It names the shapes instead of holding them: a command
// that asks a running node needs methods and paths, and loading the schema library would double
// its start.
import type { TSchema } from 'typebox'
import type * as asks from './asks.ts'
import type * as chainShapes from './chain-shapes.ts'
import type * as nodeShapes from './node-shapes.ts'
import type * as shapes from './shapes.ts'
import type * as valueShapes from './value-shapes.ts'

type SchemasOf<Module> = {
  [Name in keyof Module as Module[Name] extends TSchema ? Name : never]: Module[Name]
}
type AsksIn<Schemas> = { [Name in Extract<keyof Schemas, `Ask${string}`>]: Schemas[Name] }
export type Asks = SchemasOf<typeof asks> & AsksIn<SchemasOf<typeof valueShapes>>
export type AskName = keyof Asks
export type Shapes = SchemasOf<typeof shapes> &
  SchemasOf<typeof chainShapes> &
  SchemasOf<typeof nodeShapes> &
  SchemasOf<typeof valueShapes>
export type ShapeName = keyof Shapes

/**
 * Who may ask. `open`: everybody who reaches the port. `local`: whoever asks from this machine, and
 * from elsewhere with the token; only reading of what the network knows anyway. `token`: whoever
 * shows the token.
 */
export type Access = 'open' | 'local' | 'token'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** `:name` stands for the field `name` of what is asked. */
  readonly path: string
  /** What it answers, in a sentence. */
  readonly says: string
  readonly access: Access
  /** Fields of the path, and of the query (GET) or the JSON body. */
  readonly asks?: AskName
  readonly answer: ShapeName
  /** Server-sent events, each of the shape `answer`. */
  readonly stream?: true
  /** Plain text, not JSON. */
  readonly text?: true
  /** A field of the answer: where it is false, the status is 503. */
  readonly holds?: string
  /**
   * How much of a client's requests a second one such request takes.
   * @default 1
   */
  readonly cost?: number
}
