import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { anySignal } from './any-signal';

describe('anySignal', () => {
  it('is aborted with the first of them, for its reason', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const signal = anySignal(first.signal, undefined, second.signal);
    expect(signal.aborted).toBe(false);
    second.abort('second');
    first.abort('first');
    expect(signal.reason).toBe('second');
  });

  it('is aborted at once where one of them is', () => {
    expect(anySignal(new AbortController().signal, AbortSignal.abort('over')).reason).toBe('over');
  });

  it('is aborted by a timeout that nothing else refers to, however often garbage is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const aborted = withTimeout(new AbortController().signal);
    const collecting = setInterval(collect, 10);
    const reason = await Promise.race([aborted, sleep(20_000, 'never', { ref: false })]);
    clearInterval(collecting);
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  }, 30_000);
});

function withTimeout(other: AbortSignal): Promise<unknown> {
  const signal = anySignal(other, AbortSignal.timeout(200));
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
}
