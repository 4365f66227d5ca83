import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { testToken } from '@nexus-state/test-kit';
import type { Command } from './command';
import { Service } from './service';

describe('the commands about the connection', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start('realtime-gateway');
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(() => {
    nexus = service.stranger();
  });

  const profiles = () => path.join(nexus.folder, 'config', 'nexus', 'profiles.json');

  it('keep address and token in a file that only the user reads', async () => {
    const { url } = service.api;
    const login = ['login', `${url}/`, '--token-stdin'];
    expect(await nexus.output(login, { stdin: `${testToken('ada')}\n` })).toBe(
      `logged in to ${url} as ada\n`,
    );
    expect((await stat(profiles())).mode & 0o777).toBe(0o600);
    expect(await nexus.output(['whoami'])).toMatch(/^user +ada\nurl +http/);
    expect(await nexus.json(['status'])).toMatchObject({ url, api: 'ready', profile: 'default' });
  });

  it('keep nothing where the service does not take the token', async () => {
    const login = ['login', service.api.url, '--token', 'nonsense'];
    const { code, stderr } = await nexus.run(login);
    expect(code).toBe(5);
    expect(stderr).toContain('try:   nexus login');
    await expect(stat(profiles())).rejects.toThrow('ENOENT');
    expect(await nexus.run(['login', service.api.url])).toMatchObject({ code: 2 });
    expect(await nexus.run(['login', 'nonsense', '--token', 't'])).toMatchObject({ code: 2 });
    expect(await nexus.run(['login'])).toMatchObject({ code: 4 });
  });

  it('find the development stack, with and without a login', async () => {
    const { url } = service.api;
    const stack = path.join(nexus.folder, '.nexus');
    await mkdir(stack);
    await writeFile(path.join(stack, 'token'), `${testToken('dev')}\n`);
    await writeFile(path.join(stack, 'addresses.json'), JSON.stringify({ url, realtimeUrl: url }));
    expect(await nexus.output(['create', 'demo/lamp', '{}'])).toBe('demo/lamp version 1\n');
    expect(await nexus.output(['login'])).toBe(`logged in to ${url} as dev\n`);
    expect(await nexus.output(['get', 'demo/lamp'], { folder: '/' })).toBe('{}\n');
    expect(await readFile(profiles(), 'utf8')).not.toContain(testToken('dev'));
  });

  it('keep the address of the gateway where it has one of its own', async () => {
    const { url } = service.api;
    const login = ['login', url, '--token', testToken('ada'), '--realtime-url'];
    expect(await nexus.run([...login, 'nowhere'])).toMatchObject({ code: 2 });
    await nexus.output([...login, `${url}/`]);
    expect(await nexus.json(['profiles', 'list'])).toMatchObject([{ name: 'default', realtimeUrl: url }]);
    expect(await nexus.json(['status'])).toMatchObject({ realtimeUrl: url });
  });

  it('keep several profiles', async () => {
    const { url } = service.api;
    await nexus.output(['login', url, '--token', testToken('ada')]);
    await nexus.output(['login', url, '--token', testToken('mia'), '--as', 'other']);
    expect(await nexus.json(['whoami'])).toMatchObject({ user: 'mia' });
    expect(await nexus.json(['whoami', '--profile', 'default'])).toMatchObject({ user: 'ada' });
    expect(await nexus.output(['profiles', 'use', 'default'])).toBe('profile default in use\n');
    const listed = await nexus.output(['profiles']);
    expect(listed).toMatch(/\n\* +default +http.*\n +other +http/);
    expect(await nexus.output(['profiles', '-o', 'json'])).not.toContain(testToken('ada'));
    expect(await nexus.run(['profiles', 'rm', 'other'])).toMatchObject({ code: 2 });
    await nexus.output(['profiles', 'rm', 'other', '--yes']);
    expect(await nexus.run(['whoami', '--profile', 'other'])).toMatchObject({ code: 4 });
  });

  it('say that nobody is logged in', async () => {
    const { code, stdout, stderr } = await nexus.run(['ls', 'garden'], { folder: '/' });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^nexus: You are not logged in.*\n {2}try: {3}nexus login\n$/);
  });

  it('say that the service does not answer', async () => {
    const env = { NEXUS_URL: 'http://127.0.0.1:9', NEXUS_TOKEN: 'token' };
    const { code, stderr } = await nexus.run(['ls', 'garden'], { env });
    expect(code).toBe(6);
    expect(stderr).toMatch(/No answer from http:\/\/127\.0\.0\.1:9.*\n.*\n {2}try: {3}nexus status\n$/);
    expect(await nexus.run(['status'], { env })).toMatchObject({ code: 6 });
  }, 60_000);

  it('show help on standard output, with examples for every command', async () => {
    const help = await nexus.output(['--help']);
    expect(await nexus.output([])).toBe(help);
    for (const command of ['login', 'ls', 'get', 'set', 'edit', 'blame', 'watch', 'lock', 'clone']) {
      expect(help).toContain(`  ${command} `);
      expect(await nexus.output([command, '--help'])).toMatch(/Examples:\n {2}\$ /);
    }
  });

  it('complete commands in shells', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect(await nexus.output(['completion', shell])).toContain('nexus complete --');
    }
    expect(spawnSync('bash', ['-n'], { input: await nexus.output(['completion', 'bash']) }).status).toBe(0);
    expect(await nexus.output(['complete', '--', 'wat'])).toContain('watch\tFollow');
    expect(await nexus.output(['complete', '--', 'get', '--ver'])).toContain('--version');
  });
});
