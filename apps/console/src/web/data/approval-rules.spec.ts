import type { ApprovalRule } from '@nexus-state/react';
import { draftOf, emptyRule, ruleOf, sentenceOf } from './approval-rules';

const rules: readonly ApprovalRule[] = [
  { when: {}, need: 'proposal' },
  { when: { triggeredBy: 'ai' }, need: 'proposal', approvers: { role: 'admin' } },
  {
    when: {
      triggeredBy: 'robot',
      actor: 'bob',
      panels: ['price-*', 'lamp'],
      pointers: ['/items/*/price', '/**'],
    },
    need: 'proposal',
    approvers: { users: ['ada', 'eve'] },
  },
];

describe('an approval rule', () => {
  it.each(rules)('is the same after it was texts: %j', (rule) => {
    expect(ruleOf(draftOf(rule))).toEqual(rule);
  });

  it('takes lists as people write them', () => {
    const draft = { ...emptyRule, panels: ' lamp,, fan* ,', pointers: '/a\n\n /b ', users: 'ada ,eve' };
    expect(ruleOf({ ...draft, approvers: 'users' })).toEqual({
      when: { triggeredBy: 'ai', panels: ['lamp', 'fan*'], pointers: ['/a', '/b'] },
      need: 'proposal',
      approvers: { users: ['ada', 'eve'] },
    });
  });

  it.each([
    [0, 'Changes need the approval of somebody else who may write.'],
    [1, 'Changes by AI need the approval of an admin.'],
    [2, 'Changes by bob as "robot" in price-*, lamp at /items/*/price, /** need the approval of ada or eve.'],
  ])('is a sentence (%i)', (index, sentence) => {
    expect(sentenceOf(rules[index] as ApprovalRule)).toBe(sentence);
  });
});
