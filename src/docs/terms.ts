import type { OpenAPIObject } from '@nestjs/swagger';

/** The words of OpenAPI that the descriptions are made of. */
export type Paths = OpenAPIObject['paths'];
export type Operation = NonNullable<Paths[string]['get']>;
export type Responses = Operation['responses'];
export type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;
type Header = { readonly description: string; readonly schema: { readonly type: string } };

/** A header of an answer. */
export function text(description: string): Header {
  return { description, schema: { type: 'string' } };
}

export function number(description: string): Header {
  return { description, schema: { type: 'integer' } };
}

/** A header of a request; none is ever necessary. */
export function header(name: string, description: string, schema: object = { type: 'string' }): Parameter {
  return { name, in: 'header', required: false, description, schema };
}

export function query(name: string, description: string, schema: object = { type: 'string' }): Parameter {
  return { name, in: 'query', required: false, description, schema };
}

/** An answer with a body of one type. */
export function answer(description: string, type: string, schema: object): Responses[string] {
  return { description, content: { [type]: { schema } } };
}

/** An answer in JSON, described by a schema of the document. */
export function json(description: string, name: string): Responses[string] {
  return answer(description, 'application/json', { $ref: `#/components/schemas/${name}` });
}

/** What is there at every path: HEAD answers as GET without the body. */
export const NO_BODY = 'The same as GET, without the body.';
