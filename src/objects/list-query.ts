import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const MAX_KEY_CHARACTERS = 1024;
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
const LIMIT = { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` };

export const LIST_PARAMETERS: readonly (keyof ListQuery)[] = ['prefix', 'after', 'limit'];

/** The parameters of `GET /objects`. */
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
