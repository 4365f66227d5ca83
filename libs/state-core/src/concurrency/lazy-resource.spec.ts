import { LazyResource } from './lazy-resource';

/** A resource whose attempts the test settles. */
class World {
  readonly attempts: { succeed: () => void; fail: () => void }[] = [];
  readonly failures: unknown[] = [];
  released = 0;
  readonly resource = new LazyResource(
    () =>
      new Promise((resolve, reject) => {
        const release = async () => void this.released++;
        this.attempts.push({ succeed: () => resolve(release), fail: () => reject(new Error('away')) });
      }),
    (error) => void this.failures.push(error),
  );
}

it('is opened once for all callers', async () => {
  const { resource, attempts } = new World();
  const callers = [resource.open(), resource.open()];
  attempts[0]?.succeed();
  await Promise.all([...callers, resource.open()]);
  expect(attempts).toHaveLength(1);
});

it('is tried again by the next caller after a failure, which is reported once', async () => {
  const { resource, attempts, failures } = new World();
  const callers = [resource.open(), resource.open()];
  attempts[0]?.fail();
  await Promise.all(callers);
  expect(failures).toEqual([new Error('away')]);
  const again = resource.open();
  attempts[1]?.succeed();
  await again;
  expect([attempts.length, failures.length]).toEqual([2, 1]);
});

it.each([
  [
    'open',
    async ({ resource, attempts }: World) => {
      const opened = resource.open();
      attempts[0]?.succeed();
      await opened;
    },
  ],
  [
    'just being opened',
    async ({ resource, attempts }: World) => {
      void resource.open();
      setImmediate(() => attempts[0]?.succeed());
    },
  ],
])('is released once when it is closed while it is %s, and not opened again', async (_, prepare) => {
  const world = new World();
  await prepare(world);
  await Promise.all([world.resource.close(), world.resource.close()]);
  await world.resource.open();
  expect([world.attempts.length, world.released]).toEqual([1, 1]);
});
