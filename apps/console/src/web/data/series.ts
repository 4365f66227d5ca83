/** What was measured of a service, oldest first; times in seconds. */
export interface Series {
  readonly times: readonly number[];
  /** Requests a second. */
  readonly rates: readonly (number | null)[];
  /** Milliseconds a request, on average. */
  readonly latencies: readonly (number | null)[];
}

/** What a service had counted at an instant. */
export interface Point {
  readonly time: number;
  readonly requests: number;
  readonly seconds: number;
}

/** Rates and averages between each two points; none where a service began anew. */
export function seriesOf(points: readonly Point[]): Series {
  const steps = points.slice(1).map((point, index) => {
    const before = points[index] as Point;
    const requests = point.requests - before.requests;
    const hasRestarted = requests < 0;
    return {
      rate: hasRestarted ? null : requests / (point.time - before.time),
      latency: hasRestarted || requests === 0 ? null : ((point.seconds - before.seconds) / requests) * 1000,
    };
  });
  return {
    times: points.slice(1).map(({ time }) => time),
    rates: steps.map(({ rate }) => rate),
    latencies: steps.map(({ latency }) => latency),
  };
}
