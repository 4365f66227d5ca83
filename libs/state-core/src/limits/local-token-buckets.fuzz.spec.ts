import fc from 'fast-check';
import { MemoryTokenBuckets } from '../memory';
import { LocalTokenBuckets } from './local-token-buckets';
import { SharedBuckets } from './shared-buckets';

const second = 1_000_000;

/** Spends tokens in one of three processes, lets answers come in, or lets time pass. */
const step = fc.oneof(
  fc.record({
    process: fc.nat(2),
    times: fc.integer({ min: 1, max: 12 }),
    cost: fc.constantFrom(1, 1, 1, 3, 500),
  }),
  fc.record({ turns: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ pause: fc.oneof(fc.nat(second / 50), fc.nat(2 * second)) }),
);

it('processes together never accept more than the limit, in any order of requests and replies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 7, 20, 100, 0.5),
      fc.array(step, { minLength: 1, maxLength: 60 }),
      async (perSecond, steps) => {
        let now = 0;
        const buckets = new MemoryTokenBuckets(() => now);
        const observer = { hintFailed: () => undefined };
        const processes = [0, 1, 2].map(
          () =>
            new LocalTokenBuckets(
              new SharedBuckets(buckets, observer),
              perSecond,
              () => 'bucket',
              () => now,
            ),
        );
        const size = Math.max(1, Math.floor(perSecond));
        let accepted = 0;
        const pending: Promise<void>[] = [];
        const take = async (tokens: LocalTokenBuckets, cost: number) => {
          if ((await tokens.take('bucket', cost)).accepted) accepted += Math.min(cost, size);
          // From the beginning on, at which the bucket was full.
          expect(accepted).toBeLessThanOrEqual(Math.max(1, perSecond) + (now / second) * perSecond + 1e-6);
        };
        for (const one of steps) {
          if ('pause' in one) now += one.pause;
          else if ('turns' in one) for (let turn = 0; turn < one.turns; turn++) await Promise.resolve();
          else
            for (let n = 0; n < one.times; n++)
              pending.push(take(processes[one.process] as LocalTokenBuckets, one.cost));
        }
        await Promise.all(pending);
        // Held tokens are let go, and the whole bucket is available again.
        now += Math.ceil(second / perSecond) + 2 * second;
        const last = await Promise.all(
          Array.from({ length: size }, async () => processes[0]?.take('bucket', 1)),
        );
        expect(last.every((result) => result?.accepted)).toBe(true);
      },
    ),
  );
});
