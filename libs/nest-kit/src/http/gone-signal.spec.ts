import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@nexus-state/state-core/testing';
import { type FastifyInstance, fastify } from 'fastify';
import { goneSignal } from './gone-signal';

let server: FastifyInstance;
let agent: Agent;
let signals: AbortSignal[];
let listeners: number[];
/** Lets the waiting requests be answered. */
let answer: () => void;

beforeEach(async () => {
  server = fastify();
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  [signals, listeners] = [[], []];
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  server.all('/:what', async (received, reply) => {
    signals.push(goneSignal(reply));
    listeners.push(received.raw.socket.listenerCount('close'));
    if ((received.params as { what: string }).what === 'wait') await waiting;
    return 'done';
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  answer();
  agent.destroy();
  await server.close();
});

/** Sends a request with a body or none; its response is read to the end. */
function send(path: string, body?: string) {
  const { port } = server.server.address() as AddressInfo;
  const method = body === undefined ? 'GET' : 'POST';
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent });
  const done = new Promise<void>((resolve) => {
    sent.once('response', (response) => response.resume().once('end', resolve));
    sent.once('error', () => resolve());
  });
  sent.end(body);
  return { sent, done };
}

it.each([undefined, '{}'])(
  'is aborted when the client of a request with the body %s goes away',
  async (body) => {
    const { sent } = send('/wait', body);
    await eventually(() => signals.length === 1, 'the request');
    expect(signals[0]?.aborted).toBe(false);
    sent.destroy();
    await eventually(() => signals[0]?.aborted, 'the signal');
  },
);

it.each([undefined, '{}'])(
  'is not aborted by the response to the body %s, and leaves no listener',
  async (body) => {
    for (let n = 0; n < 20; n++) await send('/answer', body).done;
    expect(signals.map(({ aborted }) => aborted)).toEqual(Array(20).fill(false));
    expect(Math.max(...listeners)).toBe(listeners[0]);
  },
);
