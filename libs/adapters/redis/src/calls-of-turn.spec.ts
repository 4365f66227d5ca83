import { CallsOfTurn } from './calls-of-turn';

describe('calls of one turn', () => {
  const sent: string[][] = [];
  const calls = new CallsOfTurn<string>((batch) => {
    sent.push([...batch]);
    return batch.includes('bad') ? Promise.reject(new Error('refused')) : Promise.resolve();
  });
  beforeEach(() => sent.splice(0));

  it('go together in their order, and those of the next turn by themselves', async () => {
    await Promise.all([calls.add('', 'a', 1), calls.add('', 'b', 1)]);
    await calls.add('', 'c', 1);
    expect(sent).toEqual([['a', 'b'], ['c']]);
  });

  it('go by group', async () => {
    await Promise.all([calls.add('x', 'a', 1), calls.add('y', 'b', 1), calls.add('x', 'c', 1)]);
    expect(sent).toEqual([['a', 'c'], ['b']]);
  });

  it('go in several batches, one after the other, where they are long', async () => {
    const length = 100 * 1024;
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((call) => calls.add('', call, length)));
    expect(sent).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    await calls.add('', 'whole', 10 * length);
    expect(sent.at(-1)).toEqual(['whole']);
  });

  it('fail together, and alone those that went with it', async () => {
    const results = await Promise.allSettled([
      calls.add('x', 'good', 1),
      calls.add('x', 'bad', 1),
      calls.add('y', 'other', 1),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
