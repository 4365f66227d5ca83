import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
});
afterAll(() => stack?.close());

const place = { workspaceId: 'ws' };
const hidden = ['a', 'oddXid', 'z'];

/** All that a narrowed client gets to see of a workspace, as text, with what differs by itself taken out. */
async function seenIn(
  hide: (user: ApiClient, whole: LiveClient, round: number) => Promise<void>,
): Promise<string[]> {
  const owner = `owner-${randomUUID()}`;
  const user = stack.client(api, owner);
  const [narrow, whole] = await Promise.all([
    LiveClient.connect(gateway, owner, { paths: ['ws/b*', 'ws/odd_id'] }),
    LiveClient.connect(gateway, owner),
  ]);
  const answers: unknown[] = [];
  try {
    await user.post('/api/state/ws/b1', { initialState: { n: 1 } });
    await hide(user, whole, 0);
    answers.push(await narrow.ask('subscribe', { ...place, panelId: '*' }));
    await narrow.reaches('b1', 1);
    await hide(user, whole, 1);
    for (const panelId of [...hidden, 'never']) {
      const patches = [{ op: 'add', path: '/m', value: 1 }];
      answers.push(await narrow.ask('subscribe', { ...place, panelId }));
      answers.push(await narrow.ask('subscribe', { ...place, panelId, version: 1 }));
      answers.push(await narrow.ask('patch', { ...place, panelId, version: 1, patches }));
      answers.push(await narrow.ask('presence', { ...place, panelId, data: {} }));
      answers.push(await narrow.ask('unsubscribe', { ...place, panelId }));
    }
    await user.post('/api/state/ws/odd_id', { initialState: { n: 1 } });
    await narrow.reaches('odd_id', 1);
    await hide(user, whole, 2);
    await user.put('/api/state/ws/b1', { state: { n: 2 }, version: 1 });
    await narrow.reaches('b1', 2);
    await hide(user, whole, 3);
    await user.delete('/api/state/ws/odd_id');
    await narrow.reaches('odd_id', 2);
    return [...answers, ...narrow.received].map((one) =>
      JSON.stringify(one)
        .replaceAll(owner, 'OWNER')
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
        // It counts hidden changes, too.
        .replace(/"revision":\d+/g, '"revision":REVISION'),
    );
  } finally {
    for (const client of [narrow, whole]) client.close();
  }
}

it('two workspaces that differ only in hidden panels give the same events and acknowledgements', async () => {
  const nothing = await seenIn(async () => undefined);
  const much = await seenIn(async (user, whole, round) => {
    for (const id of hidden) {
      if (round === 0) await user.post(`/api/state/ws/${id}`, { initialState: { round } });
      else if (round < 3) await user.put(`/api/state/ws/${id}`, { state: { round }, version: round });
      else await user.delete(`/api/state/ws/${id}`);
      if (round === 0) await whole.ask('subscribe', { ...place, panelId: id });
      await whole.ask('presence', { ...place, panelId: id, data: { round } });
    }
  });
  expect(nothing.length).toBeGreaterThan(20);
  expect(much).toEqual(nothing);
});
