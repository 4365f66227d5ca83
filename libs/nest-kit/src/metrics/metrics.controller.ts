import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { Endpoint } from '../openapi/endpoint';

/** The token under which a process hands in its metrics. */
export const METRICS = Symbol('METRICS');

/** What Prometheus asks a process. */
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Registry) {}

  @Get()
  @Endpoint({
    summary: 'Read the metrics of this process, in the text format of Prometheus',
    responses: {
      200: { description: 'The metrics.', content: { 'text/plain': { type: 'string' } } },
    },
    problems: [],
  })
  async read(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.metrics();
    void reply.type(this.metrics.contentType).send(text);
  }
}
