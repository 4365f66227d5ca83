import { randomUUID } from 'node:crypto';
import { canonicalJson, largeText } from '@nexus-state/documents';
import type { Change, PanelKey } from '../panels/model';
import type { UpdateBus, UpdateListener } from '../ports';
import type { Restore, WorkspaceEvent } from '../workspaces';
import { eventually } from './eventually';
import { aPanelKey } from './panel-builders';
import { aSnapshot } from './snapshot-builders';

/** Two ends of one bus, in two processes or in one. */
export interface BusUnderTest {
  readonly publisher: UpdateBus;
  readonly subscriber: UpdateBus;
  readonly close?: () => Promise<void>;
}

/** Remembers what it hears. */
export class Listener implements UpdateListener {
  readonly changes: Change[] = [];
  readonly events: WorkspaceEvent[] = [];
  /** The revisions of those that made them alone. */
  readonly alone: number[] = [];
  /** Panels with versions and revisions, of changes that were not sent along. */
  readonly reached: string[] = [];
  gaps = 0;

  onChange(change: Change, alone: boolean): void {
    this.changes.push(change);
    if (alone) this.alone.push(change.revision);
  }

  onReached({ panelId }: PanelKey, version: number, revision: number | undefined): void {
    this.reached.push(`${panelId} ${version} ${revision}`);
  }

  onEvent(event: WorkspaceEvent): void {
    this.events.push(event);
  }

  onGap(): void {
    this.gaps++;
  }

  get versions(): number[] {
    return this.changes.map(({ version }) => version);
  }
}

/** A change of a panel, with something in every field. */
export function aChange(key: PanelKey, version: number): Change {
  return {
    key,
    changeType: 'updated',
    previousVersion: version - 1,
    version,
    patch: [{ op: 'replace', path: '/a~1b/€', value: { ['__proto__']: [null, -1.5e-7, 'line\nline'] } }],
    changeSizeBytes: 71,
    checksum: 'ab12',
    baseVersion: version - 1,
    actor: 'ann',
    triggeredBy: 'ai',
    triggerSource: null,
    occurredAt: '2024-02-29T12:00:00.123Z',
    revision: version + 40,
    ordinal: 2,
  };
}

/** The promises of `UpdateBus`, the same for every adapter. */
export function describeUpdateBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`update bus: ${name}`, () => {
    let bus: BusUnderTest;
    beforeAll(async () => {
      bus = await open();
    });
    afterAll(() => bus?.close?.());

    const received = (listener: Listener, versions: readonly number[]) =>
      eventually(
        () => JSON.stringify(listener.versions) === JSON.stringify(versions),
        `versions ${versions.join(', ')}, instead of ${listener.versions.join(', ')}`,
      );

    it('sends a listener a whole change', async () => {
      const key = aPanelKey();
      const listener = new Listener();
      await bus.subscriber.subscribe(key, listener);
      await bus.publisher.publish(aChange(key, 7));
      await bus.publisher.publish(aChange(key, 8), true);
      await received(listener, [7, 8]);
      expect(listener.changes).toEqual([aChange(key, 7), aChange(key, 8)]);
      expect(listener.alone).toEqual([48]);
    });

    it('keeps the order of one publisher', async () => {
      const key = aPanelKey();
      const listener = new Listener();
      await bus.subscriber.subscribe(key, listener);
      const versions = Array.from({ length: 200 }, (_, index) => index + 1);
      await Promise.all(versions.map((version) => bus.publisher.publish(aChange(key, version))));
      await received(listener, versions);
    });

    it('sends the changes of all panels to every listener of a workspace', async () => {
      const key = aPanelKey();
      const listeners = [new Listener(), new Listener()];
      for (const listener of listeners) await bus.subscriber.subscribe(key, listener);
      await bus.publisher.publish(aChange(key, 1));
      await bus.publisher.publish(aChange({ ...key, panelId: 'another' }, 2));
      for (const listener of listeners) await received(listener, [1, 2]);
    });

    it('announces of a large change only the version that its panel has reached', async () => {
      const key = aPanelKey();
      const listener = new Listener();
      await bus.subscriber.subscribe(key, listener);
      const patch = [{ op: 'add', path: '/text', value: 'x'.repeat(largeText) }] as const;
      const largePatch = { text: canonicalJson(patch), operations: 1 };
      await bus.publisher.publish({ ...aChange(key, 1), patch, largePatch });
      await bus.publisher.publish(aChange(key, 2));
      await received(listener, [2]);
      expect(listener.reached).toEqual([`${key.panelId} 1 41`]);
    });

    it.each<[string, (key: PanelKey) => PanelKey]>([
      ['owner', (key) => ({ ...key, owner: `${key.owner}:` })],
      ['workspace', (key) => ({ ...key, workspaceId: `${key.workspaceId}:` })],
      ['pattern', (key) => ({ ...key, workspaceId: 'w*' })],
    ])('keeps workspaces apart by their %s', async (_, other) => {
      const key = aPanelKey({ owner: `a:b%/ ${randomUUID()}` });
      const listener = new Listener();
      await bus.subscriber.subscribe(key, listener);
      await bus.publisher.publish(aChange(other(key), 1));
      await bus.publisher.publish(aChange(key, 2));
      await received(listener, [2]);
      expect(listener.changes[0]?.key).toEqual(key);
    });

    it('is quiet once a listener has left, and goes on for the others', async () => {
      const key = aPanelKey();
      const [staying, leaving] = [new Listener(), new Listener()];
      await bus.subscriber.subscribe(key, staying);
      const leave = await bus.subscriber.subscribe(key, leaving);
      await leave();
      await leave();
      await bus.publisher.publish(aChange(key, 1));
      await received(staying, [1]);
      expect(leaving.versions).toEqual([]);
    });

    it('can be listened to again after the last listener left', async () => {
      const key = aPanelKey();
      const [first, second] = [new Listener(), new Listener()];
      const leave = await bus.subscriber.subscribe(key, first);
      // Not waited for: who comes while the last one is leaving must not be cut off.
      const left = leave();
      await bus.subscriber.subscribe(key, second);
      await left;
      await bus.publisher.publish(aChange(key, 1));
      await received(second, [1]);
      expect(first.versions).toEqual([]);
    });

    it('shields other listeners from one that throws', async () => {
      const key = aPanelKey();
      const good = new Listener();
      const broken: UpdateListener = {
        onChange: () => {
          throw new Error('a mistake of the listener');
        },
        onEvent: () => {
          throw new Error('another one');
        },
        onReached: () => undefined,
        onGap: () => undefined,
      };
      await bus.subscriber.subscribe(key, broken);
      await bus.subscriber.subscribe(key, good);
      await bus.publisher.publish(aChange(key, 1));
      await bus.publisher.publish(aChange(key, 2));
      await received(good, [1, 2]);
    });

    it('sends the events of a workspace as a whole, in order with its changes', async () => {
      const key = aPanelKey();
      const { panelId: _, ...workspace } = key;
      const listener = new Listener();
      await bus.subscriber.subscribe(workspace, listener);
      const restore: Restore = {
        workspace,
        snapshotId: 'a',
        gitCommitHash: 'b',
        mode: 'overlay',
        restoredPanels: 1,
        deletedPanels: 0,
        unchangedPanels: 2,
        safetySnapshotId: 'c',
        actor: 'ü€😀',
        restoredAt: '2024-02-29T12:00:00.123Z',
      };
      const events: WorkspaceEvent[] = [
        { kind: 'snapshot_created', snapshot: aSnapshot({ workspace }) },
        { kind: 'workspace_restored', restore },
      ];
      for (const event of events) await bus.publisher.announce(event);
      const elsewhere = { ...workspace, workspaceId: 'another' };
      await bus.publisher.announce({
        kind: 'snapshot_created',
        snapshot: aSnapshot({ workspace: elsewhere }),
      });
      await bus.publisher.publish(aChange(key, 1));
      await received(listener, [1]);
      expect(listener.events).toEqual(events);
    });

    it('publishes without listeners', async () => {
      await expect(bus.publisher.publish(aChange(aPanelKey(), 1))).resolves.toBeUndefined();
    });
  });
}
