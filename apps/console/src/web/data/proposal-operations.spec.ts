import { operationsOf } from './proposal-operations';

it('numbers the operations of all changes in order, a state and a deletion as one each', () => {
  const changes = [
    {
      panelId: 'lamp',
      version: 1,
      patches: [
        { op: 'replace' as const, path: '/on', value: true },
        { op: 'remove' as const, path: '/old' },
      ],
    },
    { panelId: 'fan', version: 0, state: { speed: 2 } },
    { panelId: 'bench', version: 3, delete: true as const },
  ];
  expect(operationsOf(changes)).toEqual([
    { number: 0, panelId: 'lamp', text: 'replace /on true' },
    { number: 1, panelId: 'lamp', text: 'remove /old' },
    { number: 2, panelId: 'fan', text: 'write the state {"speed":2}' },
    { number: 3, panelId: 'bench', text: 'delete the panel' },
  ]);
});
