import { IsIn, IsInt, IsString } from 'class-validator';

/** How one of the stores behind a process is doing. */
export type Connection = 'connected' | 'disconnected';

const connections: readonly Connection[] = ['connected', 'disconnected'];

/** What `GET /health` tells. */
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

/** What `GET /health/live` tells. */
export class Liveness {
  @IsIn(['alive'])
  readonly status: 'alive';
}

/** What `GET /health/ready` tells. */
export class Readiness {
  @IsIn(['ready', 'unready'])
  readonly status: 'ready' | 'unready';
}
