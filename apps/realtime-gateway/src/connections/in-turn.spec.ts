import { InTurn } from './in-turn';

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

describe('InTurn', () => {
  it('begins with what was asked for first, and goes on when that is done or has failed', async () => {
    const log: string[] = [];
    const turns = new InTurn();
    const [first, second, third] = [task(log, '1'), task(log, '2'), task(log, '3')];
    const failing = turns.do(first.work, 'a').catch(() => 'failed');
    void turns.do(second.work, 'a');
    void turns.do(third.work, 'a');
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

  it('lets what has another key go beside', async () => {
    const log: string[] = [];
    const turns = new InTurn();
    for (const [name, key] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const) {
      void turns.do(task(log, name).work, key);
    }
    await settle();
    expect(log).toEqual(['a1', 'b1']);
  });
});
