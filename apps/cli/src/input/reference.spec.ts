import { UsageError } from '../cli/failures';
import { panelReference, wholePanel, workspaceReference } from './reference';

describe('the name of a panel', () => {
  it('has a workspace and a panel', () => {
    expect(panelReference('garden/lamp', undefined)).toEqual({ workspace: 'garden', panel: 'lamp' });
  });

  it('may have a JSON Pointer', () => {
    expect(panelReference('garden/lamp#/tags/0', undefined).pointer).toBe('/tags/0');
    expect(panelReference('garden/lamp#/a#b/c', undefined).pointer).toBe('/a#b/c');
    expect(panelReference('garden/lamp#', undefined)).toEqual({ workspace: 'garden', panel: 'lamp' });
  });

  it('is in the workspace in use where it names none', () => {
    expect(panelReference('lamp#/on', 'garden')).toEqual({
      workspace: 'garden',
      panel: 'lamp',
      pointer: '/on',
    });
    expect(panelReference('yard/lamp', 'garden').workspace).toBe('yard');
  });

  it.each(['lamp', '/lamp', 'garden/', 'garden/lamp/on', 'garden/lamp#on', ''])('is not %j', (text) => {
    expect(() => panelReference(text, undefined)).toThrow(UsageError);
  });

  it('has no pointer where the whole panel is meant', () => {
    expect(wholePanel('garden/lamp', undefined).panel).toBe('lamp');
    expect(() => wholePanel('garden/lamp#/on', undefined)).toThrow('the whole panel');
  });
});

describe('the name of a workspace', () => {
  it('is the one given, or the one in use', () => {
    expect(workspaceReference('garden', 'yard')).toBe('garden');
    expect(workspaceReference(undefined, 'yard')).toBe('yard');
  });

  it.each([undefined, '', 'garden/lamp', 'garden#/on'])('is not %j', (text) => {
    expect(() => workspaceReference(text, undefined)).toThrow(UsageError);
  });
});
