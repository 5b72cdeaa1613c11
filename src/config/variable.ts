import 'reflect-metadata';

import { applyDecorators } from '@nestjs/common';
import { Expose, Transform } from 'class-transformer';
import { IsOptional } from 'class-validator';

const VARIABLES = Symbol('variables');

/** What each variable says of itself, besides its kind. */
export interface Documented {
  /** Its meaning and unit, in sentences; `.env.example` repeats them. */
  readonly about: string;
  /** The text that stands in when the variable is not set; it goes through the same parser as a given one. */
  readonly default?: string;
}

/** An environment variable, as the decorators of `kinds.ts` describe it. */
export interface Variable extends Documented {
  readonly name: string;
  /** The field of the class that takes its value. */
  readonly property: string;
  /** The values it may have, in words that complete "allowed: …". */
  readonly allowed: string;
  /** A secret's value is never shown. */
  readonly isSecret: boolean;
}

/** How a kind of variable is read and checked. */
export interface Kind {
  readonly allowed: string;
  /** Undefined for a text that it cannot read. */
  readonly parse: (text: string) => unknown;
  /** They check the parsed value, and must refuse `Unreadable`. */
  readonly validators: readonly PropertyDecorator[];
  readonly isSecret?: boolean;
  /** The value of the field when the variable is neither set nor has a default. */
  readonly absent?: unknown;
}

/** Stands in a field for a text that its parser refused: of no type that any validator accepts. */
class Unreadable {}

/** The variables of a class, in the order of its fields. */
export function variablesOf(type: abstract new () => object): readonly Variable[] {
  return registered(type.prototype as object);
}

/** Binds a field to the environment variable `name`: registers, converts and validates it. */
export function variable(name: string, documented: Documented, kind: Kind): PropertyDecorator {
  const register: PropertyDecorator = (prototype, property) => {
    const { allowed, isSecret = false } = kind;
    const added: Variable = { ...documented, name, property: String(property), allowed, isSecret };
    Reflect.defineMetadata(VARIABLES, [...registered(prototype), added], prototype);
  };
  const convert = Transform(({ value }: { value: string | undefined }) =>
    value === undefined ? kind.absent : (kind.parse(value) ?? new Unreadable()),
  );
  return applyDecorators(register, Expose({ name }), convert, IsOptional(), ...kind.validators);
}

function registered(prototype: object): readonly Variable[] {
  return (Reflect.getMetadata(VARIABLES, prototype) as readonly Variable[] | undefined) ?? [];
}
