import { Allow, IsOptional, IsString } from 'class-validator';

/** A place where two changes collide. */
export class ConflictItem {
  /** JSON Pointer (RFC 6901) to the place; `""` for the whole panel. */
  @IsString()
  path: string;

  /** What the change that collides has there; missing where it has nothing there. */
  @IsOptional()
  @Allow()
  yours?: unknown;

  /** The value there now; missing where there is none. */
  @IsOptional()
  @Allow()
  theirs?: unknown;
}
