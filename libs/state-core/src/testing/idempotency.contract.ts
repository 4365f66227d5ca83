import type { Append, IdempotentRequest, KeyClaim, PanelKey } from '../panels/model';
import type { KeyStore } from '../panels/ports';
import type { PanelStore } from '../panels/ports';
import { aPanelKey, anAppend } from './panel-builders';

/** What adapters hand to this contract suite: two stores of the same data. */
export interface KeysUnderTest {
  readonly store: PanelStore;
  readonly keys: KeyStore;
  readonly close?: () => Promise<void>;
}

const { signal } = new AbortController();

/** A request under a key. */
export const aRequest = (key: string, overrides: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
  ...{ actor: 'ann', key, fingerprint: `print of ${key}` },
  ...overrides,
});

/** What is promised of idempotency keys, by the store of panels and that of keys alike. */
export function describeIdempotency(name: string, open: () => Promise<KeysUnderTest>): void {
  describe(`idempotency keys: ${name}`, () => {
    let subject: KeysUnderTest;
    let store: PanelStore;
    let keys: KeyStore;
    let workspace: PanelKey;
    beforeAll(async () => {
      subject = await open();
      ({ store, keys } = subject);
    });
    beforeEach(() => {
      workspace = aPanelKey();
    });
    afterAll(() => subject?.close?.());

    const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
    const claimOf = (request: IdempotentRequest, panelId: string, version: number): KeyClaim => ({
      request,
      answer: { panelId, version, facts: { of: request.fingerprint } },
    });
    /** The creation of a panel under a key. */
    const creation = (panelId: string, request: IdempotentRequest): Append => ({
      ...anAppend(at(panelId), 0, [{ state: { panelId } }]),
      claims: [claimOf(request, panelId, 1)],
    });
    const outcomes = async (...batch: Append[]) => (await store.append(batch)).map(({ outcome }) => outcome);

    it('are kept with the change that they are claimed with, and lead to it', async () => {
      const append = anAppend(at('p'), 0, [{ state: { n: 1 } }, { state: { n: 2 } }, { state: { n: 3 } }]);
      const claims = [claimOf(aRequest('first'), 'p', 1), claimOf(aRequest('last'), 'p', 3)];
      await store.append([{ ...append, claims }]);
      const kept = await store.findKept(workspace, aRequest('last'), ['p']);
      expect(kept).toMatchObject({ fingerprint: 'print of last', answer: claims[1]?.answer });
      expect(kept?.changes).toEqual(await store.changesSince(at('p'), 2, 10));
      expect((await store.findKept(workspace, aRequest('first'), ['p']))?.changes[0]?.version).toBe(1);
      expect(await store.findKept(workspace, aRequest('none'), ['p'])).toBeUndefined();
    });

    it('are of their workspace and their caller', async () => {
      await store.append([creation('p', aRequest('k'))]);
      const others = [
        store.findKept(aPanelKey(), aRequest('k'), ['p']),
        store.findKept({ ...workspace, workspaceId: 'other' }, aRequest('k'), ['p']),
        store.findKept(workspace, aRequest('k', { actor: 'bob' }), ['p']),
      ];
      expect(await Promise.all(others)).toEqual([undefined, undefined, undefined]);
      expect(await outcomes(creation('q', aRequest('k', { actor: 'bob' })))).toEqual(['appended']);
    });

    it('are claimed once: with another panel, in one batch, and at the same time', async () => {
      await store.append([creation('p', aRequest('k'))]);
      expect(await outcomes(creation('q', aRequest('k')))).toEqual(['key-taken']);
      expect(await store.read(at('q'))).toBeUndefined();

      const batch = [
        creation('r', aRequest('l')),
        creation('s', aRequest('l')),
        creation('t', aRequest('m')),
      ];
      expect((await outcomes(...batch)).sort()).toEqual(['appended', 'appended', 'key-taken']);
      expect(await store.read(at('t'))).toBeDefined();

      const racing = ['u', 'v', 'w', 'x'].map((panelId) => outcomes(creation(panelId, aRequest('n'))));
      expect((await Promise.all(racing)).flat().filter((one) => one === 'appended')).toHaveLength(1);
    });

    it('are not claimed by what misses its version', async () => {
      await store.append([creation('p', aRequest('k'))]);
      const stale = { ...creation('p', aRequest('l')), claims: [claimOf(aRequest('l'), 'p', 1)] };
      expect(await outcomes(stale, creation('q', aRequest('m')))).toEqual(['version-mismatch', 'appended']);
      expect(await store.findKept(workspace, aRequest('l'), ['p'])).toBeUndefined();
      expect(await store.findKept(workspace, aRequest('m'), ['q'])).toBeDefined();
    });

    it('are claimed with a transaction as a whole, also with one that only checks', async () => {
      const together = (request: IdempotentRequest, panelIds: string[], checks: string[] = []) =>
        store.appendTogether(
          panelIds.map((panelId) => anAppend(at(panelId), 0, [{ state: {} }])),
          checks.map((panelId) => ({ key: at(panelId), version: 0 })),
          { workspace, request, answer: { panels: panelIds } },
        );
      expect(await together(aRequest('k'), ['a', 'b'])).toMatchObject({ outcome: 'appended' });
      expect(await together(aRequest('k'), ['c', 'd'])).toEqual({ outcome: 'key-taken' });
      expect(await store.read(at('c'))).toBeUndefined();
      expect(await together(aRequest('l'), [], ['z'])).toMatchObject({ outcome: 'appended' });
      expect(await together(aRequest('l'), [], ['z'])).toEqual({ outcome: 'key-taken' });
      expect(await together(aRequest('m'), ['a'])).toEqual({ outcome: 'version-mismatch' });
      expect(await store.findKept(workspace, aRequest('k'), ['a', 'b'])).toEqual({
        ...{ fingerprint: 'print of k', answer: { panels: ['a', 'b'], revision: 1 }, changes: [] },
      });
      expect(await store.findKept(workspace, aRequest('m'), ['a'])).toBeUndefined();
    });

    it('are claimed under the lock of a panel', async () => {
      await store.append([creation('p', aRequest('k'))]);
      const next = (request: IdempotentRequest) =>
        store.appendExclusively(at('p'), async (panel, find) => {
          const kept = await find(aRequest('k'));
          expect(kept?.changes[0]).toMatchObject({ version: 1, changeType: 'created' });
          const version = panel?.version ?? 0;
          const append = anAppend(at('p'), version, [{ state: { version } }], panel?.state);
          return { ...append, claims: [claimOf(request, 'p', version + 1)] };
        });
      expect(await next(aRequest('k'))).toEqual({ outcome: 'key-taken' });
      expect(await next(aRequest('l'))).toMatchObject({ outcome: 'appended' });
      expect((await store.read(at('p')))?.version).toBe(2);
      expect((await store.findKept(workspace, aRequest('l'), ['p']))?.changes[0]?.version).toBe(2);
    });

    it('are claimed without a change: one of many wins, and the others learn what it said', async () => {
      const attempts = Array.from({ length: 8 }, (_, n) => keys.claim(workspace, aRequest('k'), { n }));
      const results = await Promise.all(attempts);
      const winner = results.findIndex((result) => result === undefined);
      expect(results.filter((result) => result === undefined)).toHaveLength(1);
      const kept = { fingerprint: 'print of k', answer: { n: winner }, changes: [] };
      for (const result of results) if (result) expect(result).toEqual(kept);
      expect(await outcomes(creation('p', aRequest('k', { fingerprint: 'other' })))).toEqual(['key-taken']);
    });

    it('get another answer, and become free, only by the request that has claimed them', async () => {
      const [mine, other] = [aRequest('k'), aRequest('k', { fingerprint: 'other' })];
      await keys.claim(workspace, mine, { done: false });
      await keys.complete(workspace, other, { done: 'other' });
      await keys.complete(workspace, mine, { done: true });
      expect(await store.findKept(workspace, mine, [])).toMatchObject({ answer: { done: true } });
      await keys.release(workspace, other, { done: true });
      await keys.release(workspace, mine, { done: false });
      expect(await store.findKept(workspace, mine, [])).toBeDefined();
      await keys.release(workspace, mine, { done: true });
      expect(await store.findKept(workspace, mine, [])).toBeUndefined();
    });

    it('are forgotten by their age', async () => {
      for (let n = 0; n < 3; n++) await keys.claim(workspace, aRequest(`k${n}`), {});
      expect(await keys.forget(3_600_000, signal)).toBe(0);
      const aborted = AbortSignal.abort(new Error('stop'));
      await expect(keys.forget(-1, aborted)).rejects.toThrow('stop');
      expect(await store.findKept(workspace, aRequest('k0'), [])).toBeDefined();
      expect(await keys.forget(-1, signal)).toBeGreaterThanOrEqual(3);
      expect(await store.findKept(workspace, aRequest('k0'), [])).toBeUndefined();
    });
  });
}
