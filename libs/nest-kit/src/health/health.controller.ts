import { HealthReport, Liveness, Readiness } from '@nexus-state/contracts';
import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../openapi/endpoint';
import { type HealthChecks, answers, healthReport } from './health-checks';

/** The token under which a process hands in its `HealthChecks`. */
export const HEALTH_CHECKS = Symbol('HEALTH_CHECKS');
/** The token under which a process hands in its version. */
export const SERVICE_VERSION = Symbol('SERVICE_VERSION');

/** What the cluster and the operator ask a process. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HEALTH_CHECKS) private readonly checks: HealthChecks,
    @Inject(SERVICE_VERSION) private readonly version: string,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Say how the process and its stores are doing',
    responses: {
      200: { description: 'How they are doing, also where that is not well.', shape: HealthReport },
    },
    problems: [],
  })
  report(): Promise<HealthReport> {
    return healthReport(this.checks, this.version);
  }

  @Get('live')
  @Endpoint({
    summary: 'Say whether the process itself is alive',
    responses: { 200: { description: 'It is.', shape: Liveness } },
    problems: [],
  })
  live(): Liveness {
    return { status: 'alive' };
  }

  @Get('ready')
  @Endpoint({
    summary: 'Say whether work may be sent here: not while the database is away; without Redis it may',
    responses: {
      200: { description: 'It may.', shape: Readiness },
      503: { description: 'It may not.', shape: Readiness, headers: ['Retry-After'] },
    },
    problems: [],
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    if (await answers(this.checks.database)) return { status: 'ready' };
    reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '1');
    return { status: 'unready' };
  }
}
