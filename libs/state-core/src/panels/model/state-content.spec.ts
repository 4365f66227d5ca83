import { createHash } from 'node:crypto';
import { StateTooDeep, StateTooLarge, UnsupportedValue, type JsonValue } from '@nexus-state/documents';
import { defaultLimits } from './limits';
import { panelDocument } from './panel-document';
import { countStateVariables, stateContent } from './state-content';

describe('stateContent', () => {
  it('derives text, checksum and size from the canonical form', () => {
    const content = stateContent({ b: 'é', a: 1 }, defaultLimits);
    expect(content.stateText).toBe('{"a":1,"b":"é"}');
    expect(content.stateSizeBytes).toBe(16);
    expect(content.checksum).toBe(createHash('sha256').update('{"a":1,"b":"é"}').digest('hex'));
    expect(stateContent({ a: 1, b: 'é' }, defaultLimits).checksum).toBe(content.checksum);
  });

  it.each<[string, JsonValue]>([
    ['an array', []],
    ['null', null],
    ['a text', 'x'],
    ['a number', 1],
    ['what cannot be stored faithfully', { a: '\u0000' }],
  ])('refuses %s', (_, value) => {
    expect(() => stateContent(value, defaultLimits)).toThrow(UnsupportedValue);
  });

  it('holds to the limits exactly', () => {
    const limits = { ...defaultLimits, stateBytes: 10, stateDepth: 2 };
    expect(stateContent({ a: 'xx' }, limits).stateSizeBytes).toBe(10);
    expect(() => stateContent({ a: 'xxx' }, limits)).toThrow(StateTooLarge);
    expect(() => stateContent({ a: 'é1' }, limits)).toThrow(StateTooLarge);
    expect(() => stateContent({ a: [[]] }, limits)).toThrow(StateTooDeep);
  });
});

describe('countStateVariables', () => {
  it.each<[number, string]>([
    [0, '{}'],
    [3, '{"a":1,"b":{"c":null,"d":[]},"e":["x"]}'],
    [2, '{"$state":{"a":1,"b":[true]},"$computed":{"c":1,"d":2}}'],
    [1, '{"$state":5}'],
    [0, '{"$state":{},"other":1}'],
    [1, '{"__proto__":{"a":1}}'],
  ])('finds %i leaves in %s', (count, text) => {
    expect(countStateVariables(JSON.parse(text) as never)).toBe(count);
  });
});

describe('panelDocument', () => {
  it('is the JSON that readers get, with the state as it is stored', () => {
    const content = stateContent({ b: 1, a: '"' }, defaultLimits);
    const key = { owner: 'o', workspaceId: 'ws', panelId: 'p' };
    const text = panelDocument({
      ...content,
      key,
      version: 3,
      updatedAt: '2025-01-02T03:04:05.678Z',
    });
    expect(text).toContain(`"state":${content.stateText}`);
    expect(JSON.parse(text)).toEqual({
      panelId: 'p',
      workspaceId: 'ws',
      state: { b: 1, a: '"' },
      version: 3,
      updatedAt: '2025-01-02T03:04:05.678Z',
    });
  });
});
