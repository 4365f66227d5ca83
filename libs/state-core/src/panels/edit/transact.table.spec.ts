import type { JsonObject } from '@nexus-state/documents';
import { TransactionWorld } from '../../testing/transaction-world';
import type { TransactionOperation } from './transact';

let world: TransactionWorld;
beforeEach(async () => {
  world = new TransactionWorld();
  await world.write('there', { state: { n: 1 } }, { state: { n: 2 } });
  await world.write('gone', { state: { n: 1 } }, { state: { n: 1 }, changeType: 'deleted' });
});

type Place = 'there' | 'gone' | 'none';
const before = { there: '2 {"n":2}', gone: 'deleted 2 {"n":1}', none: undefined };

const check = (panelId: Place, version: number): TransactionOperation => ({ op: 'check', panelId, version });
const set = (panelId: Place, version?: number): TransactionOperation => ({
  op: 'set',
  panelId,
  state: { set: true },
  version,
});
const patch = (panelId: Place, version?: number, path = '/n'): TransactionOperation => ({
  op: 'patch',
  panelId,
  patches: [{ op: 'replace', path, value: 9 }],
  version,
});
const remove = (panelId: Place, version?: number): TransactionOperation => ({
  op: 'delete',
  panelId,
  version,
});

const notFound = (panelId: string) => ['not_found', { panelId }] as const;
const conflict = ['version_conflict', { panelId: 'there', currentVersion: 2 }] as const;
const exists = ['already_exists', { panelId: 'there', currentVersion: 2 }] as const;

type Row = [name: string, operation: TransactionOperation, then: string | undefined];

describe('an operation of a transaction', () => {
  it.each<Row>([
    ['set a panel that is there', set('there'), '3 {"set":true}'],
    ['set it at its version', set('there', 2), '3 {"set":true}'],
    ['make one that was deleted', set('gone'), '3 {"set":true}'],
    ['make it where nothing must be', set('gone', 0), '3 {"set":true}'],
    ['make one that never was', set('none'), '1 {"set":true}'],
    ['make it where nothing must be', set('none', 0), '1 {"set":true}'],
    ['patch a panel that is there', patch('there'), '3 {"n":9}'],
    ['patch it at its version', patch('there', 2), '3 {"n":9}'],
    ['delete a panel that is there', remove('there'), 'deleted 3 {"n":2}'],
    ['delete it at its version', remove('there', 2), 'deleted 3 {"n":2}'],
  ])('may %s: %j comes to %s', async (_, operation, then) => {
    const { panelId } = operation;
    const version = Number(/\d+/.exec(then as string)?.[0]);
    expect(await world.transact([operation])).toEqual([{ panelId, version }]);
    expect(await world.panel(panelId)).toBe(then);
  });

  it.each([
    ['a version', check('there', 2)],
    ['that a panel is deleted', check('gone', 0)],
    ['that it never was', check('none', 0)],
  ])('may check %s, which changes nothing: %j', async (_, operation) => {
    expect(await world.transact([operation])).toEqual([]);
    expect(await world.panel(operation.panelId)).toBe(before[operation.panelId as Place]);
  });

  it.each<[string, TransactionOperation, readonly [string, JsonObject]]>([
    ['checks an old version', check('there', 1), conflict],
    ['checks a version to come', check('there', 3), conflict],
    ['checks that nothing is there', check('there', 0), exists],
    ['checks the version of a panel that was deleted', check('gone', 2), notFound('gone')],
    ['checks a version of one that never was', check('none', 1), notFound('none')],
    ['sets at an old version', set('there', 1), conflict],
    ['sets at a version to come', set('there', 3), conflict],
    ['makes what is there', set('there', 0), exists],
    ['sets at the version at which the panel was deleted', set('gone', 2), notFound('gone')],
    ['sets at a version of one that never was', set('none', 1), notFound('none')],
    ['patches at an old version', patch('there', 1), conflict],
    ['patches where nothing must be', patch('there', 0), exists],
    ['patches what was deleted', patch('gone'), notFound('gone')],
    ['patches what never was', patch('none'), notFound('none')],
    ['patches what never was, and says so', patch('none', 0), notFound('none')],
    [
      'patches what the state has not',
      patch('there', 2, '/x'),
      ['patch_failed', { operationIndex: 0, path: '/x', reason: expect.any(String) as unknown as string }],
    ],
    ['deletes at an old version', remove('there', 1), conflict],
    ['deletes where nothing must be', remove('there', 0), exists],
    ['deletes what was deleted', remove('gone'), notFound('gone')],
    ['deletes what never was', remove('none'), notFound('none')],
  ])('that %s is refused, with its place: %j', async (_, operation, [code, facts]) => {
    const operations = operation.panelId === 'none' ? [operation] : [set('none'), operation];
    const transactionIndex = operations.length - 1;
    expect(await world.refusalOf(operations)).toEqual([code, { ...facts, transactionIndex }]);
    for (const panelId of ['there', 'gone', 'none'] as const)
      expect(await world.panel(panelId)).toBe(before[panelId]);
  });
});
