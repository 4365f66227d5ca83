import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ChannelCredentials, Metadata, credentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, json } from './client';

let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create({ LOG_LEVEL: 'debug' });
  api = await stack.start('state-api');
  ann = new GrpcClient(api);
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
});

const at = () => ({ workspaceId: 'ws', panelId: `p-${randomUUID()}` });

/** A client of a service that is described in a package of npm. */
function clientOf(
  file: string,
  name: string,
  address: string,
  channel: ChannelCredentials = credentials.createInsecure(),
): Message {
  let at: Message = loadPackageDefinition(
    loadSync(require.resolve(file), { enums: String, defaults: true, oneofs: true }),
  );
  for (const part of name.split('.')) at = at[part];
  return new at(address, channel);
}

const health = (address: string) =>
  clientOf('grpc-health-check/proto/health/v1/health.proto', 'grpc.health.v1.Health', address);

describe('health', () => {
  const check = (client: Message, service: string) =>
    new Promise<Message>((resolve) =>
      client.check({ service }, (error: unknown, response: unknown) => resolve(error ?? response)),
    );

  it('is served without a token, as a whole and by name', async () => {
    const client = health(api.grpcAddress);
    expect(await check(client, '')).toEqual({ status: 'SERVING' });
    expect(await check(client, 'nexus.state.v1.StateService')).toEqual({ status: 'SERVING' });
    expect(await check(client, 'other')).toMatchObject({ code: status.NOT_FOUND });
    client.close();
  });

  it('tells watchers that the service is stopping', async () => {
    const ending = await stack.start('state-api');
    const client = health(ending.grpcAddress);
    const seen: string[] = [];
    const stream = client.watch({ service: '' });
    stream.on('data', ({ status }: Message) => seen.push(status));
    stream.on('error', () => undefined);
    await eventually(() => seen.length === 1, 'the first status', 20_000);
    await ending.stop();
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    client.close();
  });
});

describe('reflection', () => {
  const list = (address: string, token?: string) =>
    new Promise<Message>((resolve) => {
      const client = clientOf(
        '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
        'grpc.reflection.v1.ServerReflection',
        address,
      );
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      const stream = client.serverReflectionInfo(metadata);
      const end = (outcome: Message) => {
        client.close();
        resolve(outcome);
      };
      stream.on('data', ({ listServicesResponse }: Message) =>
        end(listServicesResponse.service.map(({ name }: Message) => name)),
      );
      stream.on('error', end);
      stream.write({ listServices: '' });
      stream.end();
    });

  it('needs a token, unless it is public', async () => {
    expect(await list(api.grpcAddress)).toMatchObject({ code: status.UNAUTHENTICATED });
    const services = expect.arrayContaining(['nexus.state.v1.StateService', 'grpc.health.v1.Health']);
    expect(await list(api.grpcAddress, testToken('ann'))).toEqual(services);
    const open = await stack.start('state-api', { GRPC_REFLECTION: 'public' });
    expect(await list(open.grpcAddress)).toEqual(services);
  });
});

describe('TLS', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'grpc-tls-'));
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const request = [
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    openssl(...request, '-x509', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=spec');
    for (const name of ['server', 'client']) {
      openssl(
        ...request,
        '-x509',
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
        '-subj',
        `/CN=${name}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-addext',
        'basicConstraints=critical,CA:FALSE',
      );
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string) => path.join(folder, name);
  const pem = (name: string) => readFileSync(file(name));
  const get = async (service: ServiceProcess, channel: ChannelCredentials) => {
    const client = new GrpcClient(service, testToken('ann'), channel);
    const outcome = await client.call('get', at(), {}, { deadline: Date.now() + 20_000 });
    client.close();
    return outcome;
  };

  it('is served with a certificate, and asks clients for theirs', async () => {
    const tls = { GRPC_TLS_CERT: file('server.crt'), GRPC_TLS_KEY: file('server.key') };
    const service = await stack.start('state-api', tls);
    expect(await get(service, credentials.createSsl(pem('ca.crt')))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await get(service, credentials.createInsecure())).toMatchObject({ code: 'UNAVAILABLE' });
    const mutual = await stack.start('state-api', { ...tls, GRPC_TLS_CLIENT_CA: file('ca.crt') });
    expect(await get(mutual, credentials.createSsl(pem('ca.crt')))).toMatchObject({ code: 'UNAVAILABLE' });
    const own = credentials.createSsl(pem('ca.crt'), pem('client.key'), pem('client.crt'));
    expect(await get(mutual, own)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [{ GRPC_TLS_CERT: 'server.crt' }, 'GRPC_TLS_KEY: is not set, but GRPC_TLS_CERT is'],
    [
      { GRPC_TLS_CERT: 'none.crt', GRPC_TLS_KEY: 'server.key' },
      'GRPC_TLS_CERT: the file cannot be read (ENOENT)',
    ],
    [{ GRPC_TLS_CERT: 'server.crt', GRPC_TLS_KEY: 'client.key' }, 'GRPC_TLS_CERT: does not fit GRPC_TLS_KEY'],
  ])('stops the start where it is half configured: %j', async (settings, problem) => {
    const files = Object.fromEntries(Object.entries(settings).map(([name, at]) => [name, file(at)]));
    await expect(stack.start('state-api', files)).rejects.toThrow(problem);
  });
});

describe('deadlines and cancellation', () => {
  it('end a call before it begins, or while it waits', async () => {
    const place = at();
    const late = { deadline: Date.now() - 1 };
    expect(await ann.call('create', { ...place, initialStateJson: json({}) }, {}, late)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await ann.call('create', { ...place, initialStateJson: json({}) });
    // A snapshot that no worker takes is waited for.
    const waits = await stack.start('state-api', { SNAPSHOT_WAIT: '60s' });
    const patient = new GrpcClient(waits);
    const revert = { ...place, targetVersion: 1, createSnapshot: true };
    const deadline = { deadline: Date.now() + 1_500 };
    expect(await patient.call('revert', revert, {}, deadline)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const code = await new Promise((resolve) => {
      const call = patient.begin('revert', revert, (error) => resolve(error?.code));
      setTimeout(() => call.cancel(), 500);
    });
    expect(code).toBe(status.CANCELLED);
    expect((await ann.call('get', place)).response.version).toBe(1);
    patient.close();
  });
});

describe('a service that stops', () => {
  it('finishes the calls that run', async () => {
    const ending = await stack.start('state-api');
    const client = new GrpcClient(ending);
    const place = at();
    await ann.call('create', { ...place, initialStateJson: json({ n: 0 }) });
    const patch = { ...place, patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]) };
    const outcomes: Promise<Message>[] = [];
    const timer = setInterval(() => outcomes.push(client.call('patch', patch, { 'if-match': '*' })), 2);
    await eventually(() => outcomes.length > 50, 'calls', 20_000);
    const stopped = ending.stop();
    await stopped;
    clearInterval(timer);
    const codes = (await Promise.all(outcomes)).map(({ code }) => code);
    const acknowledged = codes.filter((code) => code === 'OK').length;
    expect(codes.filter((code) => code !== 'OK' && code !== 'UNAVAILABLE')).toEqual([]);
    expect(codes.slice(0, 40)).toEqual(Array(40).fill('OK'));
    expect((await ann.call('get', place)).response.version).toBeGreaterThanOrEqual(acknowledged + 1);
    expect(ending.output()).not.toContain('drain timed out');
    client.close();
  });
});

describe('metrics and logs', () => {
  it('count calls by method and code, and log them by their id', async () => {
    await ann.call('get', at(), { 'x-request-id': 'logged-1' });
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(
      /^grpc_call_duration_seconds_count\{[^}]*method="\/nexus\.state\.v1\.StateService\/Get",code="NOT_FOUND"[^}]*\} [1-9]/m,
    );
    const line = api
      .output()
      .split('\n')
      .find((one) => one.includes('logged-1'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      requestId: 'logged-1',
      method: '/nexus.state.v1.StateService/Get',
      code: 'NOT_FOUND',
      msg: 'call',
    });
  });
});
