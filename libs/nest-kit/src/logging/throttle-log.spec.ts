import { setTimeout as sleep } from 'node:timers/promises';
import { throttleLog } from './throttle-log';

describe('throttleLog', () => {
  it('says the first failure at once, and how many there were after the pause', async () => {
    const said: [unknown, number][] = [];
    const failed = throttleLog(40, (error, unreported) => said.push([error, unreported]));
    for (const error of ['a', 'b', 'c']) failed(error);
    expect(said).toEqual([['a', 0]]);
    await sleep(60);
    failed('d');
    await sleep(60);
    failed('e');
    expect(said).toEqual([
      ['a', 0],
      ['d', 2],
      ['e', 0],
    ]);
  });
});
