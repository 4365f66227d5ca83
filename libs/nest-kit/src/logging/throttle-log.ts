/**
 * Keeps from saying over and over that something fails: the first failure is said at once, then how many there were, after a
 * pause at the earliest.
 * @param say called with the error, and how many before it were left out
 * @param pauseMs the least time between two calls of it
 */
export function throttleLog(
  pauseMs: number,
  say: (error: unknown, unreported: number) => void,
): (error: unknown) => void {
  let saidAt = -Infinity;
  let unreported = 0;
  return (error) => {
    const now = performance.now();
    if (now - saidAt < pauseMs) {
      unreported++;
      return;
    }
    say(error, unreported);
    saidAt = now;
    unreported = 0;
  };
}
