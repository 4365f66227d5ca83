import { applyDistribution, eachOwner, readDistribution } from './distribution';
import { onTestDatabase } from './testing/postgres-adapter';

describe('DATABASE_DISTRIBUTION', () => {
  it('is none where it is not set, and else none or citus', () => {
    expect(readDistribution(undefined)).toBe('none');
    expect(readDistribution('citus')).toBe('citus');
    expect(() => readDistribution('yes')).toThrow('DATABASE_DISTRIBUTION must be none or citus, not "yes".');
  });

  it('changes nothing on one PostgreSQL, and says what to do where Citus is asked for and is not there', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    const runner = source.createQueryRunner();
    expect(await applyDistribution(runner, 'none')).toEqual([]);
    await expect(applyDistribution(runner, 'citus')).rejects.toThrow(
      'this database lacks the extension. Run CREATE EXTENSION citus in it',
    );
    const triggers = await source.query(`SELECT FROM pg_trigger WHERE tgname = 'state_history_revision'`);
    expect(triggers).toHaveLength(1);
    await runner.release();
    await close();
  });
});

describe('work for each owner', () => {
  const items = ['a1', 'b1', 'a2', 'c1', 'd1'];
  const ownerOf = (item: string) => item.slice(0, 1);

  it('is done for as many at once as there may be, each with what is theirs', async () => {
    let [running, most] = [0, 0];
    const done = await eachOwner(2, items, ownerOf, async (part, owner) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return [`${owner}: ${part.join()}`];
    });
    expect(done.sort()).toEqual(['a: a1,a2', 'b: b1', 'c: c1', 'd: d1']);
    expect(most).toBe(2);
  });

  it('begins for no other once it has failed for one, and waits for those that have begun', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const work = eachOwner(2, items, ownerOf, async (_, owner) => {
      begun.push(owner);
      if (owner === 'a') throw new Error('no');
      await new Promise(setImmediate);
      ended.push(owner);
      return [];
    });
    await expect(work).rejects.toThrow('no');
    expect(begun).toEqual(['a', 'b']);
    expect(ended).toEqual(['b']);
  });
});
