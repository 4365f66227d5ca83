import { defaultLimits } from '@nexus-state/state-core';
import { operationsOf } from './operations';

const rules = { maxValues: 10, stateBytes: 1_000 };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

it('become those that HTTP reads', async () => {
  const operations = await operationsOf(
    [
      { check: { panelId: 'a', version: 0 } },
      { set: { panelId: 'b', stateJson: json({ n: 1 }) } },
      { patch: { panelId: 'c', patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]), version: 2 } },
      { delete: { panelId: 'd' } },
    ],
    rules,
    defaultLimits,
  );
  expect(operations).toMatchObject([
    { op: 'check', panelId: 'a', version: 0 },
    { op: 'set', panelId: 'b', state: { n: 1 }, version: undefined },
    { op: 'patch', panelId: 'c', version: 2 },
    { op: 'delete', panelId: 'd' },
  ]);
});

it('are refused at the fields of the message', async () => {
  const messages = [{ set: { panelId: 'b', stateJson: json([]), version: -1 } }];
  const pointers = ['/operations/0/set/version', '/operations/0/set/stateJson'];
  await expect(operationsOf(messages, rules, defaultLimits)).rejects.toMatchObject({
    errors: pointers.map((pointer) => ({ pointer })),
  });
  await expect(operationsOf([{}], rules, defaultLimits)).rejects.toMatchObject({
    errors: [{ pointer: '/operations/0' }],
  });
  const noJson = [{ set: { panelId: 'b', stateJson: Buffer.from('{') } }];
  await expect(operationsOf(noJson, rules, defaultLimits)).rejects.toMatchObject({
    code: 'malformed_json',
    facts: { field: 'operations/0/set/stateJson' },
  });
});

it('are refused where they have too many values in all', async () => {
  const messages = Array.from({ length: 3 }, (_, n) => ({
    set: { panelId: `p${n}`, stateJson: json({ list: Array(8).fill(0) }) },
  }));
  await expect(operationsOf(messages, rules, defaultLimits)).rejects.toMatchObject({
    code: 'body_too_large',
  });
  expect(await operationsOf(messages.slice(0, 2), rules, defaultLimits)).toHaveLength(2);
});
