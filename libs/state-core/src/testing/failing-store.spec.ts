import { Unavailable } from '../errors';
import { MemoryPanelStore } from '../memory';
import { FailingStore } from './failing-store';
import { aPanelKey, anAppend } from './panel-builders';

const away = new Unavailable('The store');
const key = aPanelKey();
const created = anAppend(key, 0, [{ state: { n: 1 } }]);

let store: FailingStore<MemoryPanelStore>;
beforeEach(() => {
  store = new FailingStore(new MemoryPanelStore());
});
const stored = async () => (await store.adapter.read(key))?.version;

describe('FailingStore', () => {
  it('is the adapter where nothing else is said', async () => {
    expect(await store.port.append([created])).toMatchObject([{ outcome: 'appended' }]);
    expect(await store.port.read(key)).toMatchObject({ version: 1, state: { n: 1 } });
    expect(store.port.keys).toBe(store.adapter.keys);
  });

  it('fails one call before the adapter is asked, and the next one no more', async () => {
    store.failNext('append', away);
    await expect(store.port.append([created])).rejects.toBe(away);
    expect(await stored()).toBeUndefined();
    await store.port.append([created]);
    expect(await stored()).toBe(1);
  });

  it('fails after the adapter has done its work, so that only the answer is lost', async () => {
    store.failNext('append', away, { after: true });
    await expect(store.port.append([created])).rejects.toBe(away);
    expect(await stored()).toBe(1);
  });

  it('fails as many calls as were scripted, in their order, then as long as it should', async () => {
    const first = new Error('first');
    store.failEach('read', away);
    store.failNext('read', first);
    await expect(store.port.read(key)).rejects.toBe(first);
    for (let n = 0; n < 2; n++) await expect(store.port.read(key)).rejects.toBe(away);
    store.recover();
    expect(await store.port.read(key)).toBeUndefined();
  });

  it.each([
    [false, undefined],
    [true, 1],
  ])('holds a call until it is released, asked before: %s', async (after, whileHeld) => {
    const held = store.holdNext('append', { after });
    const appending = store.port.append([created]);
    await held.reached;
    expect(await stored()).toBe(whileHeld);
    held.release();
    expect(await appending).toMatchObject([{ outcome: 'appended' }]);
    expect(await stored()).toBe(1);
  });

  it('answers something else, or does something else with the arguments', async () => {
    store.respondNext('append', []);
    expect(await store.port.append([created])).toEqual([]);
    store.onNext('append', async (call, [batch]) => {
      await store.adapter.append(batch);
      return call();
    });
    expect(await store.port.append([created])).toEqual([{ outcome: 'version-mismatch' }]);
  });

  it('fails during an outage what has not reached the adapter, and answers again afterwards', async () => {
    const held = store.holdNext('append');
    const appending = store.port.append([created]);
    await held.reached;
    store.leave(away);
    held.release();
    await expect(appending).rejects.toBe(away);
    await expect(store.port.read(key)).rejects.toBe(away);
    store.comeBack();
    expect(await store.port.read(key)).toBeUndefined();
  });

  it.each([
    [false, 'resolved'],
    [true, 'rejected'],
  ])('loses the answers that are under way, if it should: %s', async (losesResponses, outcome) => {
    const held = store.holdNext('append', { after: true });
    const appending = Promise.allSettled([store.port.append([created])]);
    await held.reached;
    store.leave(away, { losesResponses });
    held.release();
    const [settled] = await appending;
    expect(settled.status).toBe(outcome === 'resolved' ? 'fulfilled' : 'rejected');
    expect(await stored()).toBe(1);
  });

  it('leaves with some methods alone', async () => {
    store.leave(away, { methods: ['append'] });
    await expect(store.port.append([created])).rejects.toBe(away);
    expect(await store.port.read(key)).toBeUndefined();
  });

  it('counts what was asked through the port', async () => {
    store.failNext('read', away);
    await expect(store.port.read(key)).rejects.toBe(away);
    await store.port.read(key);
    await store.adapter.read(key);
    expect([store.calls('read'), store.calls('append')]).toEqual([2, 0]);
  });
});
