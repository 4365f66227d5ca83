/** What a page has asked for, and how long each answer took. */
export interface Asked {
  readonly address: string;
  readonly ms: number;
}

/** In the page: what was asked for since it was loaded. */
export function seriesOf(): Asked[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name, duration }) => ({ address: name, ms: duration }));
}

/** In the page: begins to watch how long the page takes from a key or a click to the picture after it. */
export function watchEvents(): void {
  const watched = globalThis as { eventTimes?: number[]; eventWatch?: PerformanceObserver };
  watched.eventWatch?.disconnect();
  watched.eventTimes = [];
  const watch = new PerformanceObserver((list) =>
    watched.eventTimes?.push(...list.getEntries().map(({ duration }) => duration)),
  );
  watch.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  watched.eventWatch = watch;
}

/** In the page: the slowest since then, in milliseconds; 0 where all took less than a frame. */
export async function worstOf(): Promise<number> {
  const watched = globalThis as { eventTimes?: number[]; eventWatch?: PerformanceObserver };
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const late = watched.eventWatch?.takeRecords().map(({ duration }) => duration) ?? [];
  return Math.max(0, ...(watched.eventTimes ?? []), ...late);
}

/** A quantile, rounded to whole milliseconds. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN);
}
