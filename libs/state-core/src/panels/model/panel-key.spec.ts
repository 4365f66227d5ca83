import { InvalidId } from '../../errors';
import { panelKey, panelKeyText, reservedPanelIds, workspaceKey } from './panel-key';

describe('panelKey', () => {
  it.each(['a', 'A-Z.a-z_0~9:x', '...', '.a', '-', 'x'.repeat(255), '__proto__'])('accepts %j', (id) => {
    expect(panelKey('owner', id, id)).toEqual({ owner: 'owner', workspaceId: id, panelId: id });
  });

  it.each(['', '.', '..', 'a/b', 'a b', 'ä', 'a\n', 'x'.repeat(256), 'a%2Fb', '\u0000'])(
    'refuses %j',
    (id) => {
      expect(() => panelKey('owner', 'ws', id)).toThrow(InvalidId);
      expect(() => panelKey('owner', id, 'panel')).toThrow(InvalidId);
      expect(() => workspaceKey('owner', id)).toThrow(InvalidId);
    },
  );

  it('keeps the words of routes from being panels, but not workspaces', () => {
    for (const word of reservedPanelIds) {
      expect(() => panelKey('owner', 'ws', word)).toThrow(InvalidId);
      expect(workspaceKey('owner', word).workspaceId).toBe(word);
    }
  });

  it('gives different keys different texts, for any owner', () => {
    const keys = [
      panelKey('a', 'b', 'c'),
      panelKey('a/b', 'c', 'd'),
      panelKey('a', 'b', 'd'),
      panelKey('b', 'b', 'c'),
    ];
    expect(new Set(keys.map(panelKeyText)).size).toBe(keys.length);
  });
});
