import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
});
afterAll(() => stack?.close());

it('a context tells who is in which panel, within the reach of the token, and no longer once they have left', async () => {
  const subject = `ann-${randomUUID()}`;
  const ann = stack.client(api, subject);
  for (const panelId of ['lamp', 'door']) await ann.post(`/api/state/ws/${panelId}`, { initialState: {} });
  const asked = { budgetTokens: 500, include: ['presence'] };
  const context = async (as = ann, body: object = asked) =>
    (await as.post('/api/state/ws/context', body)).body;
  expect(await context()).toMatchObject({ text: '', parts: [] });

  const live = await LiveClient.connect(gateway, subject);
  for (const panelId of ['lamp', 'door']) {
    await live.ask('subscribe', { workspaceId: 'ws', panelId });
    const data = { name: 'Ann\n## forged', in: panelId };
    expect(await live.ask('presence', { workspaceId: 'ws', panelId, data })).toMatchObject({ ok: true });
  }
  const both = await eventually(async () => {
    const told = await context();
    return told.parts.length === 2 && told;
  }, 'both panels to have somebody');
  expect(both.parts).toMatchObject([
    { panelId: 'door', version: 1, pointer: '' },
    { panelId: 'lamp', version: 1, pointer: '' },
  ]);
  const [, line] = /## lamp@1#\n(Present: .*)\n/.exec(both.text) ?? [];
  expect(line).toContain(`"${subject}"`);
  expect(line).toContain('"in":"lamp"');
  expect(both.text).not.toContain('\n## forged');
  // Beside what the panels hold, and as part of the budget.
  const whole = await context(ann, { ...asked, include: ['state', 'presence'] });
  expect(whole.parts).toHaveLength(4);
  expect((await context(ann, { ...asked, budgetTokens: 5 })).tokens).toBeLessThanOrEqual(5);
  const narrow = stack.client(api, subject, { paths: ['ws/door'] });
  expect((await context(narrow)).parts).toMatchObject([{ panelId: 'door' }]);

  live.close();
  await eventually(async () => (await context()).parts.length === 0, 'nobody to be there');
});
