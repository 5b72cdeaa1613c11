import { type PipeTransform, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

import { badQuery, refuseUnknown } from '../http/index.js';

const MAX_KEY_CHARACTERS = 1024;
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
const LIMIT = { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` };

const LIST_PARAMETERS: readonly (keyof ListQuery)[] = ['prefix', 'after', 'limit'];

/** The parameters of a listing. */
export class ListQuery {
  @IsString()
  @MaxLength(MAX_KEY_CHARACTERS)
  readonly prefix: string = '';

  /** The listing begins behind this key. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_KEY_CHARACTERS)
  readonly after?: string;

  @Transform(({ value }: { value: unknown }) => (/^\d{1,6}$/.test(String(value)) ? Number(value) : value))
  @IsInt(LIMIT)
  @Min(1, LIMIT)
  @Max(MAX_LIMIT, LIMIT)
  readonly limit: number = DEFAULT_LIMIT;
}

/** Refuses parameters that a listing does not have; before `validListQuery`, which would drop them. */
export const knownListQuery: PipeTransform<object> = {
  transform(parameters) {
    refuseUnknown(parameters, LIST_PARAMETERS);
    return parameters;
  },
};

export const validListQuery = new ValidationPipe({
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) =>
    badQuery(errors.flatMap(({ constraints }) => Object.values(constraints ?? {})).join('; ')),
});
