import { IsIn, IsInt, IsString } from 'class-validator';

/** The state of a store as a process sees it. */
export type Connection = 'connected' | 'disconnected';

const connections: readonly Connection[] = ['connected', 'disconnected'];

/** Response of `GET /health`. */
export class HealthReport {
  @IsIn(['healthy', 'degraded'])
  readonly status: 'healthy' | 'degraded';

  @IsIn(connections)
  readonly redis: Connection;

  @IsIn(connections)
  readonly database: Connection;

  @IsString()
  readonly version: string;

  @IsInt()
  readonly uptimeSeconds: number;
}

/** Response of `GET /health/live`. */
export class Liveness {
  @IsIn(['alive'])
  readonly status: 'alive';
}

/** Response of `GET /health/ready`. */
export class Readiness {
  @IsIn(['ready', 'unready'])
  readonly status: 'ready' | 'unready';
}
