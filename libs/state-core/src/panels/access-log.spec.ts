import { aPanelKey } from '../testing/panel-builders';
import { AccessLog } from './access-log';

describe('AccessLog', () => {
  it('hands over the last access of each panel, once', async () => {
    const handed: { key: { panelId: string }; at: string }[] = [];
    let second = 0;
    const store = {
      touch: async (accesses: readonly (typeof handed)[number][]) => void handed.push(...accesses),
    };
    const log = new AccessLog(store, () => new Date(Date.UTC(2025, 0, 1, 0, 0, second++)));
    const [one, other] = [aPanelKey({ panelId: 'one' }), aPanelKey({ panelId: 'other' })];
    for (const key of [one, other, one]) log.note(key);
    await log.flush();
    await log.flush();
    expect(handed.map(({ key, at }) => [key.panelId, at])).toEqual([
      ['one', '2025-01-01T00:00:02.000Z'],
      ['other', '2025-01-01T00:00:01.000Z'],
    ]);
  });

  it('forgets what the store cannot take', async () => {
    const log = new AccessLog({ touch: () => Promise.reject(new Error('away')) });
    log.note(aPanelKey());
    await expect(log.flush()).resolves.toBeUndefined();
  });
});
