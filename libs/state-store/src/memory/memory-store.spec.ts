import { checkRule, rules } from '../conformance';
import { MemoryStore } from '.';

describe('MemoryStore', () => {
  it.each(rules)('$name', async (rule) => {
    const outcome = await checkRule(rule, { open: async (options) => new MemoryStore(options) });
    expect(outcome).toBe(rule.needs ? 'not applicable' : 'kept');
  });
});
