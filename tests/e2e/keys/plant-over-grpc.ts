import { type GrpcClient, type Message, json } from '../grpc/client';

/**
 * Writes a secret over gRPC in every way, taken and refused.
 * @returns everything that was received in return, but for what was read by its key
 */
export async function plantOverGrpc(client: GrpcClient, secret: string): Promise<string> {
  const key = '/grpc';
  const valueJson = json({ secret });
  const received: Message[] = [];
  const put = async (request: object, metadata: Readonly<Record<string, string>> = {}) => {
    const { code, message, problem, response, head, trailers } = await client.call(
      'putKey',
      { key, sensitive: true, ...request },
      metadata,
    );
    received.push({ message, problem, response, head: head.toJSON(), trailers: trailers.toJSON() });
    return code;
  };
  const once = { 'idempotency-key': 'grpc' };
  for (let time = 0; time < 2; time++) expect(await put({ valueJson }, once)).toBe('OK');
  expect(await put({ key: '/grpc/bytes', valueBytes: Buffer.from(secret) })).toBe('OK');
  expect(await put({ valueJson, sensitive: undefined })).toBe('OK');
  for (const refused of [
    { valueJson: Buffer.from(`{"secret":"${secret}`) },
    { valueJson: Buffer.from(secret) },
    { valueJson: json({ secret: `${secret}\u0000` }) },
    { valueJson: json(secret.repeat(30_000)) },
    { valueJson, version: 99 },
    { valueJson, ttlSeconds: -1 },
    { valueJson, lock: { name: 'l', fencingToken: 9_999 } },
  ])
    expect(await put(refused)).not.toBe('OK');
  expect(await put({ valueJson: json({ other: secret }) }, once)).toBe('INVALID_ARGUMENT');
  for (const values of [true, false]) {
    const { response } = await client.call('listKeys', { prefix: key, values });
    expect(response.keys).toHaveLength(2);
    received.push(response);
  }
  return JSON.stringify(received);
}
