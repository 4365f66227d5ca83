import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { Command } from './command';
import { moveWithoutDowntime } from './moving-page';
import { importIdIn, panelLines, versionsOf, writeFileOf } from './moving-files';
import { Service } from './service';

/** Too long for the name of a file. */
const longId = `${'x'.repeat(250)}:y`;

describe('import and export', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start('snapshot-worker');
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(() => {
    nexus = service.command();
  });

  it('move a workspace as lines through a pipe', async () => {
    await nexus.output(['create', 'garden/lamp', '{"on": true}']);
    await nexus.output(['merge', 'garden/lamp', '{"on": false}']);
    await nexus.output(['create', 'garden/fan', '{"speed": 3}']);
    const lines = await nexus.output(['export', 'garden']);
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { panelId: 'fan', version: 1, state: { speed: 3 } },
      { panelId: 'lamp', version: 2, state: { on: false } },
    ]);
    const withHistory = await nexus.output(['export', 'garden', '--history']);
    expect(withHistory.trim().split('\n')).toHaveLength(5);
    const { code, stdout, stderr } = await nexus.run(['import', 'yard', '-'], { stdin: withHistory });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^import imp-\w+ into yard: 2 created, 0 replaced, 0 unchanged\n$/,
      ) as string,
    });
    expect(stderr).toContain(`To take it back: nexus import --undo ${importIdIn(stdout)}\n`);
    expect(await nexus.json(['get', 'yard/lamp'])).toEqual({ on: false });
    expect(await nexus.json(['history', 'yard/lamp'])).toMatchObject([
      { triggeredBy: 'import', triggerSource: expect.stringContaining(importIdIn(stdout)) as string },
    ]);
    const past = await nexus.output(['export', 'garden', '--revision', '1']);
    expect(JSON.parse(past)).toMatchObject({ panelId: 'lamp', version: 1, state: { on: true } });
  });

  it('move a workspace as a folder of files', async () => {
    await nexus.output(['create', 'garden/lamp', '{"on": true}']);
    await nexus.output(['create', 'garden/a:b', '{"n": 1}']);
    const told = await nexus.output(['export', 'garden', 'out', '--history']);
    expect(told).toBe('out: 2 panels of garden\n');
    const out = path.join(nexus.folder, 'out');
    expect(readdirSync(out).sort()).toEqual(['a%3Ab.json', 'history', 'lamp.json']);
    expect(readFileSync(path.join(out, 'lamp.json'), 'utf8')).toBe('{\n  "on": true\n}\n');
    expect(readFileSync(path.join(out, 'history', 'lamp.ndjson'), 'utf8')).toContain(
      '"changeType":"created"',
    );
    expect(await nexus.run(['export', 'garden', 'out'])).toMatchObject({ code: 2, stdout: '' });
    expect(await nexus.output(['import', 'yard', 'out'])).toContain('2 created');
    expect(await versionsOf(nexus, 'yard')).toEqual({ lamp: 1, 'a:b': 1 });
    await nexus.output(['create', `garden/${longId}`, '{}']);
    expect(await nexus.run(['export', 'garden', 'other'])).toMatchObject({ code: 1, stdout: '' });
    expect(readdirSync(nexus.folder).filter((name) => name.startsWith('other'))).toEqual([]);
  });

  it('say what was wrong in a folder', async () => {
    mkdirSync(path.join(nexus.folder, 'in'));
    const files = {
      'lamp.json': '{}',
      'bad.json': '{"a"',
      'list.json': '[]',
      'x%~0.json': '{}',
      'notes.txt': '',
    };
    for (const [name, text] of Object.entries(files)) writeFileOf(nexus, path.join('in', name), text);
    const { code, stdout, stderr } = await nexus.run(['import', 'garden', 'in']);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 created') as string,
    });
    expect(stderr).toMatch(
      /bad\.json is not JSON.*\n {2}list\.json is not a JSON object\n {2}x%~0\.json does not tell/,
    );
    expect(await nexus.run(['import', 'garden', 'nowhere'])).toMatchObject({ code: 2 });
  });

  it('import a repository of snapshots, also as it was at a commit', async () => {
    await nexus.output(['create', 'garden/lamp', '{"on": true}']);
    await nexus.output(['create', `garden/${longId}`, '{"long": true}']);
    const { gitCommitHash } = await nexus.json<{ gitCommitHash: string }>(['snapshot', 'create', 'garden']);
    await nexus.output(['merge', 'garden/lamp', '{"on": false}']);
    await nexus.json(['snapshot', 'create', 'garden']);
    await nexus.output(['clone', 'garden', 'copy']);
    await nexus.output(['import', 'now', 'copy']);
    expect(await nexus.json(['get', 'now/lamp'])).toEqual({ on: false });
    expect(await nexus.json(['get', `now/${longId}`])).toEqual({ long: true });
    await nexus.output(['import', 'then', 'copy', '--commit', gitCommitHash]);
    expect(await nexus.json(['get', 'then/lamp'])).toEqual({ on: true });
    expect(await nexus.run(['import', 'then', 'copy', '--commit', 'nothing'])).toMatchObject({ code: 2 });
  }, 120_000);

  it('import a table and a query of PostgreSQL', async () => {
    const { url } = service.stack.database;
    const database = new Client({ connectionString: url });
    await database.connect();
    try {
      await database.query('CREATE TABLE app_panels (key text, state jsonb, data text, room text)');
      await database.query(`INSERT INTO app_panels VALUES
        ('lamp', '{"on": true}', '{"text": 1}', 'study'), ('fan', '{"on": false}', '{"text": 2}', 'hall'), ('bad', '5', 'x', 'hall')`);
    } finally {
      await database.end();
    }
    const table = ['--table', 'app_panels', '--id', 'key'];
    const ran = await nexus.run(['import', 'garden', url, ...table]);
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('2 created, 0 replaced, 0 unchanged, 1 not imported') as string,
    });
    expect(ran.stderr).toMatch(/row \d, "bad", has no JSON object in "state"/);
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ on: true });
    const query = `SELECT key AS id, data AS "the data" FROM app_panels WHERE room = 'study';`;
    expect(await nexus.output(['import', 'texts', url, '--query', query, '--state', 'the data'])).toContain(
      '1 created',
    );
    expect(await nexus.json(['get', 'texts/lamp'])).toEqual({ text: 1 });
    expect(await nexus.output(['import', 'rows', url, ...table, '--state', '*'])).toContain('3 created');
    expect(await nexus.json(['get', 'rows/fan'])).toEqual({
      state: { on: false },
      data: '{"text": 2}',
      room: 'hall',
    });
    const secret = new URL(url).password;
    const journals = readdirSync(nexus.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('import.json'),
    );
    expect(journals).toHaveLength(3);
    for (const name of journals) {
      const kept = readFileSync(path.join(nexus.folder, name), 'utf8');
      if (secret) expect(kept).not.toContain(secret);
    }
    const refused: readonly (readonly [argv: readonly string[], code: number, says: string])[] = [
      [[url], 2, '--table or --query'],
      [[url, '--table', 'app_panels'], 2, 'There are: key, state, data, room.'],
      [[url, ...table, '--state', 'stat'], 2, 'There is no column "stat".'],
      [[url, '--table', 'nothing'], 1, 'relation "nothing" does not exist'],
      [['postgres://127.0.0.1:1/x', '--table', 'a'], 1, 'refused'],
      [['panels.ndjson', '--table', 'a'], 2, '--table does not go with panels.ndjson'],
    ];
    for (const [argv, code, says] of refused) {
      expect(await nexus.run(['import', 'no', ...argv])).toMatchObject({
        code,
        stderr: expect.stringContaining(says) as string,
      });
    }
  }, 120_000);

  it('move a service from its own database, as the page says', async () => {
    const { url } = service.stack.database;
    const database = new Client({ connectionString: url });
    await database.connect();
    try {
      await database.query('CREATE SCHEMA app; CREATE TABLE app.panels (key text PRIMARY KEY, data jsonb)');
      await database.query(
        `INSERT INTO app.panels SELECT 'panel-' || n, jsonb_build_object('n', n) FROM generate_series(1, 3) n`,
      );
    } finally {
      await database.end();
    }
    const examples = moveWithoutDowntime();
    expect(examples).toHaveLength(5);
    const written = 'imp-0a1b2c3d4e';
    let id = written;
    for (const { command, printed } of examples) {
      const line = `nexus() { '${process.execPath}' '${nexus.file}' "$@"; }\n${command.replaceAll(written, id)}`;
      const ran = spawnSync('bash', ['-ec', line], {
        cwd: nexus.folder,
        env: { ...nexus.environment, DATABASE_URL: url },
        encoding: 'utf8',
      });
      if (ran.stdout.startsWith('import imp-')) id = importIdIn(ran.stdout);
      expect(ran).toMatchObject({ status: 0, stdout: printed.replaceAll(written, id) });
    }
    expect(readFileSync(path.join(nexus.folder, 'garden.ndjson'), 'utf8')).toBe('');
  }, 120_000);

  it('go through a rate limit', async () => {
    const { stack } = service;
    const api = await stack.start('state-api', { RATE_LIMIT_WRITES_PER_SECOND: '1' });
    const env = { NEXUS_URL: api.url };
    const lines = panelLines(1_200);
    expect(await nexus.output(['import', 'slow', '-'], { stdin: lines, env })).toContain('1200 created');
  }, 120_000);
});
