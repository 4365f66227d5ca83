import { KeyedMutex } from './keyed-mutex';

/** Something to do, whose end is in the test's hands. */
function task(log: string[], name: string) {
  let end: (error?: Error) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())));
  return {
    end,
    work: () => {
      log.push(name);
      return done;
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('KeyedMutex', () => {
  it('runs work of one key in the order of the calls, also after a failure', async () => {
    const log: string[] = [];
    const mutex = new KeyedMutex();
    const [first, second, third] = [task(log, '1'), task(log, '2'), task(log, '3')];
    const failing = mutex.run('a', first.work).catch(() => 'failed');
    void mutex.run('a', second.work);
    void mutex.run('a', third.work);
    await settle();
    expect(log).toEqual(['1']);
    first.end(new Error('for the test'));
    expect(await failing).toBe('failed');
    await settle();
    expect(log).toEqual(['1', '2']);
    second.end();
    await settle();
    expect(log).toEqual(['1', '2', '3']);
  });

  it('runs work of different keys side by side', async () => {
    const log: string[] = [];
    const mutex = new KeyedMutex();
    for (const [name, key] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const) {
      void mutex.run(key, task(log, name).work);
    }
    await settle();
    expect(log).toEqual(['a1', 'b1']);
  });
});
