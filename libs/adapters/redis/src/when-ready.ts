import type { Redis } from 'ioredis';

/**
 * Waits for a client that is connecting, or connecting again, to take commands.
 * @param timeoutMs how long to wait
 * @throws Error when it does not in time, or was closed for good
 */
export async function whenReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  if (redis.status === 'end') throw new Error('The connection to Redis is closed.');
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      redis.off('ready', onReady).off('end', onEnd);
      act();
    };
    const onReady = () => settle(resolve);
    const onEnd = () => settle(() => reject(new Error('The connection to Redis is closed.')));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`Redis was not ready after ${timeoutMs} ms.`))),
      timeoutMs,
    );
    redis.on('ready', onReady).on('end', onEnd);
  });
}
