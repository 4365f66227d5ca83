const pauseMs = 20;

/**
 * Waits for a condition, asking again and again; a condition that throws does not hold yet.
 * @param condition what is waited for; anything but false, null and undefined holds
 * @param what its name, for the message when it never holds
 * @returns what the condition gave
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`Waited ${timeoutMs} ms for ${what}; last seen: ${String(last)}`);
}
