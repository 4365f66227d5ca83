import { defaultLimits, stateContent } from './model';
import { aPanelKey } from '../testing/panel-builders';
import { RecentlyWritten } from './recently-written';

const updatedAt = '2026-01-01T00:00:00.000Z';

function panel(panelId: string, version: number, state: Record<string, string> = { text: panelId }) {
  const key = aPanelKey({ owner: 'o', panelId });
  return { ...stateContent(state, defaultLimits), key, version, deleted: false, updatedAt };
}

describe('RecentlyWritten', () => {
  it('gives a panel only to who saw the version that was written last', () => {
    const tips = new RecentlyWritten();
    tips.note(panel('a', 1));
    tips.note(panel('a', 2));
    const { key } = panel('a', 2);
    expect(tips.at(key, 2)).toEqual({
      version: 2,
      state: { text: 'a' },
      deleted: false,
      stateSizeBytes: 12,
    });
    expect(tips.at(key, 1)).toBeUndefined();
    expect(tips.at(key, 3)).toBeUndefined();
    expect(tips.at(key, undefined)).toBeUndefined();
    expect(tips.at(panel('b', 2).key, 2)).toBeUndefined();
  });

  it('keeps a thousand panels, those that were written last, and no large ones', () => {
    const tips = new RecentlyWritten();
    for (let number = 0; number < 1_000; number++) tips.note(panel(`p${number}`, 1));
    tips.note(panel('p0', 2));
    tips.note(panel('another', 1));
    expect(tips.at(panel('p0', 2).key, 2)).toBeDefined();
    expect(tips.at(panel('p1', 1).key, 1)).toBeUndefined();
    tips.note(panel('p0', 3, { text: 'x'.repeat(20_000) }));
    expect(tips.at(panel('p0', 3).key, 3)).toBeUndefined();
    expect(tips.at(panel('p0', 2).key, 2)).toBeUndefined();
  });
});
