import type { JsonPatch } from '@nexus-state/documents';
import { type ApprovalRule, checkRules, isRuled } from './rule';

const key = { owner: 'ann', workspaceId: 'ws', panelId: 'price-list' };
const rule = (when: ApprovalRule['when']): ApprovalRule => ({ when, need: 'proposal' });
const matches = (when: ApprovalRule['when'], patch: JsonPatch = []) =>
  isRuled(rule(when), { key, actor: 'bot', triggeredBy: 'ai', patch });

describe('an approval rule', () => {
  it.each<[ApprovalRule['when'], boolean]>([
    [{}, true],
    [{ triggeredBy: 'ai' }, true],
    [{ triggeredBy: 'user' }, false],
    [{ actor: 'bot', panels: ['price-*'] }, true],
    [{ actor: 'ann' }, false],
    [{ panels: ['stock', 'price'] }, false],
  ])('%j matches a change by AI of a price list: %s', (when, expected) =>
    expect(matches(when)).toBe(expected),
  );

  it.each<[string, JsonPatch, boolean]>([
    ['/a/b', [{ op: 'replace', path: '/a/b', value: 1 }], true],
    ['/a/b', [{ op: 'replace', path: '/a/b/c', value: 1 }], true],
    ['/a/b', [{ op: 'replace', path: '/a', value: {} }], true],
    ['/a/b', [{ op: 'replace', path: '/a/c', value: 1 }], false],
    ['/a/b', [{ op: 'test', path: '/a/b', value: 1 }], false],
    ['/a/b', [{ op: 'move', from: '/a/b', path: '/z' }], true],
    ['/*/b', [{ op: 'add', path: '/x/b', value: 1 }], true],
    ['/**/b', [{ op: 'add', path: '/x/y/b', value: 1 }], true],
    ['/**/b', [{ op: 'add', path: '/b', value: 1 }], true],
    ['/list/2/b', [{ op: 'remove', path: '/list/0' }], true],
    ['/a/b', [{ op: 'add', path: '', value: { a: { b: 1 } } }], true],
    ['/a/b', [{ op: 'add', path: '', value: { a: 1 } }], false],
    ['/a/b', [{ op: 'remove', path: '' }], true],
  ])('about %s matches %j: %s', (pointer, patch, expected) =>
    expect(matches({ pointers: [pointer] }, patch)).toBe(expected),
  );

  it.each([
    [{ when: { pointers: ['a'] }, need: 'proposal' }],
    [{ when: {}, need: 'proposal', approvers: {} }],
    [{ when: {}, need: 'proposal', approvers: { users: [] } }],
    [{ when: {}, need: 'proposal', approvers: { users: ['ann'], role: 'admin' } }],
  ])('cannot be %j', (wrong) =>
    expect(() => checkRules([wrong as unknown as ApprovalRule])).toThrow(
      expect.objectContaining({ code: 'validation_failed' }) as Error,
    ),
  );
});
