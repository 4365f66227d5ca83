import type { FencedLock, LockKey } from '../locks/model';
import type { FencingTokens } from '../locks/ports';
import type { PanelKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import { aLock } from './lock-store.contract';
import { aPanelKey, anAppend } from './panel-builders';

/** Lets everything else that is ready go first. */
const breath = () => new Promise((resolve) => setImmediate(resolve));

/** What an adapter hands to this contract suite: numbers, and the store whose writes are checked against them. */
export interface FencingUnderTest {
  readonly fencing: FencingTokens;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `FencingTokens`, and of a store of panels that is written under locks. */
export function describeFencingTokens(name: string, open: () => Promise<FencingUnderTest>): void {
  describe(`fencing tokens: ${name}`, () => {
    let subject: FencingUnderTest;
    let lock: LockKey;
    beforeAll(async () => {
      subject = await open();
    });
    beforeEach(() => {
      lock = aLock();
    });
    afterAll(() => subject?.close?.());

    /** Gives out numbers up to this one. */
    const giveOut = async (upTo: number) => {
      for (let newest = 0; newest < upTo; newest++) await subject.fencing.advance(lock, newest);
    };
    const at = (fencingToken: number): FencedLock => ({ ...lock, fencingToken });
    const creation = (key: PanelKey, under?: FencedLock) => ({
      ...anAppend(key, 0, [{ state: {} }]),
      lock: under,
    });
    const lost = { outcome: 'lock-lost' };

    it('count from 1, each after the one before', async () => {
      expect(await subject.fencing.newest(lock)).toBe(0);
      expect(await subject.fencing.advance(lock, 0)).toBe(1);
      expect(await subject.fencing.advance(lock, 1)).toBe(2);
      expect(await subject.fencing.newest(lock)).toBe(2);
      expect(await subject.fencing.newest({ ...lock, name: 'other' })).toBe(0);
      expect(await subject.fencing.newest({ ...lock, owner: 'other' })).toBe(0);
    });

    it('are given out only after the newest one, to one of many', async () => {
      await giveOut(3);
      expect(await subject.fencing.advance(lock, 2)).toBeUndefined();
      const given = await Promise.all(Array.from({ length: 10 }, () => subject.fencing.advance(lock, 3)));
      expect(given.filter((number) => number !== undefined)).toEqual([4]);
    });

    it('let write the newest, and neither an older one nor one that was never given out', async () => {
      await giveOut(2);
      const keys = [1, 2, 3].map(() => aPanelKey());
      const batch = [1, 2, 3].map((number, index) => creation(keys[index] as PanelKey, at(number)));
      const free = aPanelKey();
      const outcomes = await subject.store.append([...batch, creation(free)]);
      expect(outcomes).toMatchObject([lost, { outcome: 'appended' }, lost, { outcome: 'appended' }]);
      const panels = await Promise.all([...keys, free].map((key) => subject.store.read(key)));
      expect(panels.map((panel) => panel?.version)).toEqual([undefined, 1, undefined, 1]);
      expect(await subject.store.append([creation(aPanelKey(), { ...at(1), name: 'none' })])).toEqual([lost]);
    });

    it('are checked with idempotency keys, and nothing is claimed where the lock is lost', async () => {
      await giveOut(2);
      const request = { actor: 'ann', key: 'k', fingerprint: 'print' };
      const key = aPanelKey();
      const claims = [{ request, answer: { panelId: key.panelId, version: 1 } }];
      expect(await subject.store.append([{ ...creation(key, at(1)), claims }])).toEqual([lost]);
      expect(await subject.store.findKept(key, request, [key.panelId])).toBeUndefined();
      expect(await subject.store.append([{ ...creation(key, at(2)), claims }])).toMatchObject([
        { outcome: 'appended' },
      ]);
      expect(await subject.store.findKept(key, request, [key.panelId])).toBeDefined();
    });

    it('are checked in exclusive turns, and for changes that are made together', async () => {
      await giveOut(2);
      const key = aPanelKey();
      const exclusively = (number: number) =>
        subject.store.appendExclusively(key, async () => creation(key, at(number)));
      expect(await exclusively(1)).toEqual(lost);
      expect(await exclusively(2)).toMatchObject({ outcome: 'appended' });

      const panels = [aPanelKey(), aPanelKey()];
      const batch = panels.map((panel) => creation(panel));
      expect(await subject.store.appendTogether(batch, [], undefined, at(1))).toEqual(lost);
      expect(await subject.store.read(panels[0] as PanelKey)).toBeUndefined();
      expect(await subject.store.appendTogether(batch, [], undefined, at(2))).toMatchObject({
        outcome: 'appended',
      });

      const workspace = aPanelKey();
      const together = (number: number) =>
        subject.store.appendTogetherExclusively(workspace, ['panel'], async () => ({
          ...{ batch: [creation(workspace)], checks: [], lock: at(number) },
        }));
      expect(await together(3)).toEqual(lost);
      expect(await together(2)).toMatchObject({ outcome: 'appended' });
    });

    it('never let a write of an older number be stored after a newer one was given out', async () => {
      await giveOut(1);
      const key = aPanelKey();
      await subject.store.append([creation(key)]);
      let given = false;
      let stored = 0;
      const write = async (): Promise<void> => {
        for (let version = 1; ; version++) {
          const wasGiven = given;
          const append = { ...anAppend(key, version, [{ state: { version } }]), lock: at(1) };
          const [outcome] = await subject.store.append([append]);
          if (outcome?.outcome === 'lock-lost') return;
          expect([outcome?.outcome, wasGiven]).toEqual(['appended', false]);
          stored++;
          await breath();
        }
      };
      const writing = write();
      while (stored < 5) await breath();
      expect(await subject.fencing.advance(lock, 1)).toBe(2);
      given = true;
      const atOnce = (await subject.store.read(key))?.version;
      await writing;
      expect((await subject.store.read(key))?.version).toBe(atOnce);
    });
  });
}
