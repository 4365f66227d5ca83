const firstMs = 100;
const mostMs = 10_000;

/** How long to wait before the next attempt: longer each time, and never in step with others. */
export function backoffMs(attempt: number): number {
  const most = Math.min(mostMs, firstMs * 2 ** attempt);
  return most / 2 + (Math.random() * most) / 2;
}

/**
 * Waits.
 * @throws the reason of the signal as soon as it is aborted
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    const done = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(abortReason(signal as AbortSignal));
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** What an aborted operation throws: the reason of its signal. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('The operation was aborted.', 'AbortError');
}
