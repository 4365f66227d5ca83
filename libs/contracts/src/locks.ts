import { IsISO8601, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

const shortestTtlMs = 100;
const longestTtlMs = 600_000;
const longestWaitMs = 60_000;
const longestToken = 255;

/** Body of POST: a lock to take. */
export class AcquireLockRequest {
  /** How long the lock is held unless it is renewed, in milliseconds; 100–600,000. */
  @IsInt()
  @Min(shortestTtlMs)
  @Max(longestTtlMs)
  ttlMs: number;

  /** How long to wait for the lock, in milliseconds, at most 60,000; those who came first get it first. 0 where not given. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(longestWaitMs)
  waitMs?: number;
}

/** Body of DELETE: a lock to give back. */
export class ReleaseLockRequest {
  /** What the lock was given out with. */
  @IsString()
  @MinLength(1)
  @MaxLength(longestToken)
  token: string;
}

/** Body of PUT: a lock to hold for longer. */
export class RenewLockRequest extends ReleaseLockRequest {
  /** How long the lock is held from now on unless it is renewed again, in milliseconds; 100–600,000. */
  @IsInt()
  @Min(shortestTtlMs)
  @Max(longestTtlMs)
  ttlMs: number;
}

/** Answer to a lock that was taken or renewed. */
export class LockHeld {
  @IsString()
  name: string;

  /** Renews the lock and gives it back: a secret of its holder. */
  @IsString()
  token: string;

  /** Grows each time that the lock is taken. A write names it, and is refused once a newer one was given out. */
  @IsInt()
  fencingToken: number;

  /** When the lock ends unless it is renewed. */
  @IsISO8601()
  expiresAt: string;
}
