/**
 * A signal that is aborted with the first of several.
 *
 * `AbortSignal.any` alone holds them weakly: in Node.js 20 a timeout that nothing else refers to is collected as garbage and
 * never fires. A listener keeps it.
 */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const all = signals.filter((signal) => signal !== undefined);
  for (const signal of all) signal.addEventListener('abort', keep, { once: true });
  return AbortSignal.any(all);
}

function keep(): void {
  // Being there is all that it does.
}
