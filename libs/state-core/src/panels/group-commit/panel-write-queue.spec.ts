import { aPanelKey, anAppend } from '../../testing/panel-builders';
import type { Change } from '../model';
import type { CurrentPanel } from './change-draft';
import { PanelWriteQueue } from './panel-write-queue';
import { PendingChanges } from './pending-changes';

it('remembers changes only as long as they lead to the panel', () => {
  const key = aPanelKey();
  const queue = new PanelWriteQueue(key, 'panel', { writes: 0 });
  const at = (version: number): CurrentPanel => ({ version, state: {}, deleted: false });
  const remembered = () => queue.recentChanges(new PendingChanges(key, queue.known?.panel)).newest.length;
  const [change] = anAppend(key, 1, [{ state: {} }]).changes;

  queue.known = { panel: at(2), asked: 1 };
  queue.remember([change as unknown as Change], [], { facts: [] } as unknown as PendingChanges);
  expect(remembered()).toBe(1);
  queue.hold(at(2), 2);
  expect([remembered(), queue.known]).toEqual([1, { panel: at(2), asked: 2 }]);
  // Another process has changed the panel meanwhile.
  queue.hold(at(5), 3);
  expect([remembered(), queue.known]).toEqual([0, { panel: at(5), asked: 3 }]);
});
