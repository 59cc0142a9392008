// The schemas behind the names in endpoints.ts, for the server and the OpenAPI document.
import { Type } from 'typebox'
import * as asks from './asks.ts'
import * as chainShapes from './chain-shapes.ts'
import type { AskName, ShapeName } from './endpoint.ts'
import * as nodeShapes from './node-shapes.ts'
import * as shapes from './shapes.ts'
import * as valueShapes from './value-shapes.ts'

const askSchemas = { ...asks, ...valueShapes }
const answerSchemas = { ...shapes, ...chainShapes, ...nodeShapes, ...valueShapes }

/** Where nothing is asked, any field is one too many. */
const AskNothing = Type.Object({}, { additionalProperties: false })

export const askSchema = (name: AskName | undefined) =>
  name === undefined ? AskNothing : askSchemas[name]

export const answerSchema = (name: ShapeName) => answerSchemas[name]
