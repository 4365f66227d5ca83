import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, MergeConflictError, type NexusError } from '..';

type Answer = (response: ServerResponse) => void;

const conflict = JSON.stringify({ error: 'merge_conflict', message: 'It collides.', conflicts: [] });

/** A refusal whose head arrives, and half of its body. */
const brokenOff: Answer = (response) => {
  response.writeHead(409, { 'content-type': 'application/problem+json', 'content-length': conflict.length });
  response.write(conflict.slice(0, 20), () => response.destroy());
};
const whole: Answer = (response) => {
  response.writeHead(409, { 'content-type': 'application/problem+json' }).end(conflict);
};
const ofProxy: Answer = (response) => {
  response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden</h1>');
};

describe('answers that are not whole', () => {
  let server: Server;
  let answers: Answer[];
  let requests: IncomingMessage[];

  beforeEach(async () => {
    [answers, requests] = [[], []];
    server = createServer((request, response) => {
      requests.push(request);
      answers.shift()?.(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function refusalOfPatch(): Promise<NexusError> {
    const { port } = server.address() as AddressInfo;
    const client = createClient({ url: `http://127.0.0.1:${port}`, token: 'token' });
    const patch = client
      .workspace('ws')
      .panel('doc')
      .patch([{ op: 'inc', path: '/n', value: 1 }]);
    const error = (await patch.catch((reason: unknown) => reason)) as NexusError;
    await client.close();
    return error;
  }

  it('a refusal that broke off is asked for again, under the same key', async () => {
    answers = [brokenOff, brokenOff, whole];
    expect(await refusalOfPatch()).toBeInstanceOf(MergeConflictError);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('a refusal without a problem is final, and named by its status', async () => {
    answers = [ofProxy];
    expect(await refusalOfPatch()).toMatchObject({ code: 'http_403', status: 403 });
    expect(requests).toHaveLength(1);
  });
});
