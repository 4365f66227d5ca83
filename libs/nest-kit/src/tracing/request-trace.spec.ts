import type { FastifyRequest } from 'fastify';
import { requestFacts } from './request-trace';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

function aRequest(traceparent?: string | string[]): FastifyRequest {
  return { id: 'mine', headers: { traceparent } } as unknown as FastifyRequest;
}

describe('the facts of a request that is not traced here', () => {
  it.each([
    `00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-00`,
    `cc-${traceId}-${spanId}-01-and-more`,
  ])('name the trace of %s', (traceparent) => {
    expect(requestFacts(aRequest(traceparent))).toEqual({ requestId: 'mine', traceId });
  });

  it.each([
    ...[undefined, '', 'nonsense', `ff-${traceId}-${spanId}-01`, `00-${traceId.toUpperCase()}-${spanId}-01`],
    ...[`00-${'0'.repeat(32)}-${spanId}-01`, `00-${traceId}-${spanId}`, `00-${traceId}x-${spanId}-01`],
  ])('name none for %s', (traceparent) => {
    expect(requestFacts(aRequest(traceparent))).toEqual({ requestId: 'mine' });
  });
});
