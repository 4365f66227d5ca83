import { checkRule, rules } from '../conformance';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { MemoryStore } from '.';

describe('MemoryStore', () => {
  it.each(rules)('$name', async (rule) => {
    const open = async (options: object = {}) => new MemoryStore({ ...options, encryption: aKeyRing() });
    const outcome = await checkRule(rule, { open });
    expect(outcome).toBe(rule.needs && rule.needs !== 'encrypts' ? 'not applicable' : 'kept');
  });

  it.each(rules)('without encryption keys $name', async (rule) => {
    const outcome = await checkRule(rule, { open: async (options) => new MemoryStore(options) });
    expect(outcome).toBe(rule.needs ? 'not applicable' : 'kept');
  });
});
