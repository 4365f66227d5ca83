import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../identity';
import { type HealthChecks, type HealthReport, answers, healthReport } from './health-checks';

/** The token under which a process hands in its `HealthChecks`. */
export const HEALTH_CHECKS = Symbol('HEALTH_CHECKS');
/** The token under which a process hands in its version. */
export const SERVICE_VERSION = Symbol('SERVICE_VERSION');

/** What the cluster and the operator ask a process. */
@Public()
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HEALTH_CHECKS) private readonly checks: HealthChecks,
    @Inject(SERVICE_VERSION) private readonly version: string,
  ) {}

  /** How the process and its stores are doing; 200 also when degraded. */
  @Get()
  report(): Promise<HealthReport> {
    return healthReport(this.checks, this.version);
  }

  /** Whether the process itself is alive. */
  @Get('live')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** Whether work may be sent here: not while the database is away. Redis away is degraded, not unready. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: 'ready' | 'unready' }> {
    if (await answers(this.checks.database)) return { status: 'ready' };
    reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '1');
    return { status: 'unready' };
  }
}
