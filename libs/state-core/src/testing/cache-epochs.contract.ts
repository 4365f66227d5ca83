import type { CacheEpochs } from '../panels/ports';
import { eventually } from './eventually';

/** The promises of `CacheEpochs`, the same for every adapter. */
export function describeCacheEpochs(
  name: string,
  open: () => Promise<{ readonly epochs: CacheEpochs; readonly close?: () => Promise<void> }>,
): void {
  describe(`cache epochs: ${name}`, () => {
    let epochs: CacheEpochs;
    let close: (() => Promise<void>) | undefined;
    beforeEach(async () => {
      ({ epochs, close } = await open());
    });
    afterEach(() => close?.());

    const longMs = 600_000;

    it('has an epoch and no server to begin with, and trusts copies', async () => {
      const first = await epochs.read();
      expect(first).toEqual({
        epoch: expect.stringMatching(/./),
        server: undefined,
        serverForMs: Infinity,
        suspendedForMs: 0,
      });
      expect(await epochs.read()).toEqual(first);
    });

    it('takes the first server at once, and suspends copies when another one follows', async () => {
      const before = await epochs.read();
      const first = await epochs.moveTo('one', longMs);
      expect(first).toMatchObject({ server: 'one', serverForMs: Infinity, suspendedForMs: 0 });
      expect(first.epoch).not.toBe(before.epoch);

      const second = await epochs.moveTo('two', longMs);
      expect(second.server).toBe('two');
      expect(second.epoch).not.toBe(first.epoch);
      expect(second.serverForMs).toBeLessThan(longMs / 2);
      expect(second.suspendedForMs).toBeGreaterThan(longMs / 2);
      expect(second.suspendedForMs).toBeLessThanOrEqual(longMs);
      const later = await eventually(async () => {
        const now = await epochs.read();
        return now.serverForMs > second.serverForMs ? now : undefined;
      }, 'time to pass');
      expect(later.suspendedForMs).toBeLessThan(second.suspendedForMs);
    });

    it('changes nothing for a server that is recorded already, in any order of the calls', async () => {
      await epochs.moveTo('one', longMs);
      const all = await Promise.all(Array.from({ length: 5 }, () => epochs.moveTo('two', longMs)));
      expect(new Set(all.map(({ epoch }) => epoch)).size).toBe(1);
      expect(await epochs.moveTo('two', longMs)).toMatchObject({ epoch: all[0]?.epoch, server: 'two' });
    });

    it('suspends copies in an epoch of its own, which goes on while the suspension is renewed', async () => {
      const trusted = await epochs.moveTo('one', longMs);
      const first = await epochs.suspend(longMs);
      expect(first).toMatchObject({ server: 'one', serverForMs: Infinity });
      expect(first.epoch).not.toBe(trusted.epoch);
      expect(first.suspendedForMs).toBeGreaterThan(longMs / 2);

      const all = await Promise.all(Array.from({ length: 5 }, () => epochs.suspend(2 * longMs)));
      expect(new Set(all.map(({ epoch }) => epoch))).toEqual(new Set([first.epoch]));
      expect((await epochs.suspend(10)).suspendedForMs).toBeGreaterThan(longMs);
    });

    it('begins another epoch when the suspension before has ended', async () => {
      const first = await epochs.suspend(1);
      await eventually(async () => (await epochs.read()).suspendedForMs === 0, 'the suspension to end');
      expect((await epochs.read()).epoch).toBe(first.epoch);
      expect((await epochs.suspend(1)).epoch).not.toBe(first.epoch);
    });
  });
}
