import { eventually } from '@nexus-state/state-core/testing';
import type { FeedEntry } from '@nexus-state/client';
import type { Command } from './command';
import { Service } from './service';

describe('the command watch', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(async () => {
    nexus = service.command();
    await nexus.output(['create', 'garden/lamp', '{"on": false}']);
    await nexus.output(['create', 'garden/fan', '{"on": false}']);
  });

  it('prints what happened, and ends after so many changes', async () => {
    const lines = await nexus.output(['watch', 'garden', '--since', '0', '--count', '2']);
    expect(lines).toMatch(/garden\/lamp version 1 {2}created by user-.*\n.*garden\/fan version 1 {2}created/);
    const entry = await nexus.json<FeedEntry>(['watch', 'garden/fan', '--since', '0', '--count', '1']);
    expect(entry).toMatchObject({ panelId: 'fan', version: 1 });
  });

  it('prints what happens, until Ctrl-C', async () => {
    const watching = nexus.start(['watch', 'garden/lamp', '--since', '1', '-o', 'json']);
    const seen = () => watching.printed().split('"version":').length - 1;
    await nexus.output(['merge', 'garden/lamp', '{"on": true}']);
    await eventually(() => seen() === 1, 'the change to be printed');
    await nexus.output(['merge', 'garden/lamp', '{"on": false}']);
    await eventually(() => seen() === 2, 'the next change to be printed');
    watching.process.kill('SIGINT');
    const { code, stdout, stderr } = await watching.ended;
    expect(code).toBe(130);
    const versions = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as FeedEntry).version);
    expect(versions).toEqual([2, 3]);
    expect(stderr).toBe('Watching garden/lamp; Ctrl-C ends it.\n');
  });

  it('is refused where there is no such workspace', async () => {
    expect(await nexus.run(['watch', 'nowhere'])).toMatchObject({ code: 4, stdout: '' });
  });
});
