import { breath, key } from '../../testing/counting-store';
import { PanelMutexes } from './panel-mutexes';

const keys = (...names: string[]) => names.map(key);

describe('PanelMutexes', () => {
  it('lets those who share a panel work one after the other, in the order of asking', async () => {
    const mutexes = new PanelMutexes();
    const log: string[] = [];
    const work = (name: string, ...panels: string[]) =>
      mutexes.take(keys(...panels), async () => {
        log.push(`${name} begins`);
        await breath();
        log.push(`${name} ends`);
      });
    await Promise.all([work('1', 'a', 'b'), work('2', 'b', 'c'), work('3', 'c', 'a')]);
    expect(log).toEqual(['1', '2', '3'].flatMap((name) => [`${name} begins`, `${name} ends`]));
    expect(mutexes.size).toBe(0);
  });

  it('lets those work side by side who share none', async () => {
    const mutexes = new PanelMutexes();
    let together = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++together);
      await breath();
      together--;
    };
    await Promise.all([mutexes.take(keys('a', 'b'), work), mutexes.take(keys('c'), work)]);
    expect(most).toBe(2);
  });

  it('goes on after work that failed, and rejects its caller', async () => {
    const mutexes = new PanelMutexes();
    const failing = mutexes.take(keys('a'), () => Promise.reject(new Error('bad')));
    const next = mutexes.take(keys('a'), async () => 'done');
    await expect(failing).rejects.toThrow('bad');
    expect(await next).toBe('done');
  });

  it('never has two at work on one panel, and leaves no caller waiting', async () => {
    const mutexes = new PanelMutexes();
    const busy = new Set<string>();
    let random = 7;
    const next = (below: number) => (random = (random * 1103515245 + 12345) % 2 ** 31) % below;
    const all = Array.from({ length: 500 }, async () => {
      const names = [...new Set(Array.from({ length: 1 + next(4) }, () => `p${next(6)}`))];
      await mutexes.take(keys(...names), async () => {
        for (const name of names) expect(busy.has(name)).toBe(false);
        names.forEach((name) => busy.add(name));
        for (let wait = next(3); wait > 0; wait--) await breath();
        names.forEach((name) => busy.delete(name));
      });
    });
    await Promise.all(all);
    expect(mutexes.size).toBe(0);
  });
});
