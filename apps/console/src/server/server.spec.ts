import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { consoleServer } from './server';
import { readSettings } from './settings';

const env = {
  NODE_ENV: 'development',
  CONSOLE_API_URL: 'https://state.example/',
  CONSOLE_REALTIME_URL: 'https://live.example',
  CONSOLE_DEVELOPMENT_TOKEN: 'a.b.c',
};

describe('the server of the console', () => {
  let files: string;
  let server: FastifyInstance;

  beforeAll(() => {
    files = mkdtempSync(path.join(tmpdir(), 'console-'));
    mkdirSync(path.join(files, 'assets'));
    writeFileSync(path.join(files, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
    writeFileSync(path.join(files, 'manifest.json'), '{}');
    writeFileSync(path.join(files, 'assets/main-1.js'), 'plain');
    writeFileSync(path.join(files, 'assets/main-1.js.br'), 'compressed');
    server = consoleServer(readSettings(env), files);
  });

  afterAll(async () => {
    await server.close();
    rmSync(files, { recursive: true });
  });

  const get = (url: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8080', ...headers } });
  const html = { accept: 'text/html' };

  it.each(['/', '/w/garden', '/w/garden/lamp?version=3', '/health'])('sends the page for %s', async (url) => {
    const { statusCode, headers, body } = await get(url, html);
    const policy = String(headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(statusCode).toBe(200);
    expect(body).toBe(`<script nonce="${nonce}"></script>`);
    expect(headers['cache-control']).toBe('no-store');
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(
      "connect-src 'self' https://state.example https://live.example wss://live.example;",
    );
  });

  it('has a nonce that is new for each page', async () => {
    expect((await get('/', html)).body).not.toBe((await get('/', html)).body);
  });

  it('sends files that browsers may keep, compressed where they take it', async () => {
    const plain = await get('/assets/main-1.js');
    expect([plain.statusCode, plain.body]).toEqual([200, 'plain']);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['x-content-type-options']).toBe('nosniff');
    expect((await get('/assets/main-1.js', { 'accept-encoding': 'br' })).body).toBe('compressed');
  });

  it('has no page where a file is gone, and none where nothing ever was', async () => {
    expect((await get('/assets/main-0.js', html)).headers['content-type']).toMatch('text/plain');
    expect((await get('/nothing', html)).statusCode).toBe(404);
    expect((await get('/manifest.json')).statusCode).toBe(404);
    expect((await get('/assets/..%2f..%2fpackage.json')).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('answers probes', async () => {
    expect((await get('/health')).json()).toEqual({ status: 'ok' });
    expect((await get('/health/live')).statusCode).toBe(200);
    expect((await get('/health/ready')).statusCode).toBe(200);
  });

  it('tells the page where the services are, and the token only to names that nobody can point here', async () => {
    const known = { apiUrl: 'https://state.example', realtimeUrl: 'https://live.example' };
    const withToken = { ...known, developmentToken: 'a.b.c' };
    for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])
      expect([host, (await get('/config.json', { host })).json()]).toEqual([host, withToken]);
    expect((await get('/config.json', { host: 'evil.example' })).json()).toEqual(known);
  });
});

describe('the settings of the console', () => {
  it('have what development needs by themselves', () => {
    expect(readSettings({})).toMatchObject({ CONSOLE_PORT: 8080, CONSOLE_API_URL: 'http://127.0.0.1:8001' });
  });

  it.each([
    [{ CONSOLE_PORT: 'x' }, 'CONSOLE_PORT'],
    [{ CONSOLE_API_URL: 'ftp://a' }, 'CONSOLE_API_URL: must start with https://'],
    [{ CONSOLE_OIDC_ISSUER: 'https://a' }, 'CONSOLE_OIDC_CLIENT_ID: is not set'],
    [
      { NODE_ENV: 'production', CONSOLE_DEVELOPMENT_TOKEN: 'a' },
      'CONSOLE_DEVELOPMENT_TOKEN: must not be set',
    ],
  ])('refuse %j', (wrong, message) => expect(() => readSettings(wrong)).toThrow(message));
});
