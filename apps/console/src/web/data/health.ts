import { useAnswer } from '@nexus-state/react';
import { useRef } from 'react';
import { useSession } from '../session/context';
import { type Sample, readMetrics, total } from './metrics';
import { type Point, type Series, seriesOf } from './series';
import { useEvery } from './use-every';

const everyMs = 2_000;
/** Two minutes. */
const keptPoints = 60;

/** What a service says of itself. */
export interface HealthReport {
  readonly status: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly redis?: string;
  readonly database?: string;
}

export interface ServiceHealth {
  readonly report: HealthReport;
  readonly samples: readonly Sample[];
  readonly series: Series;
}

/** The services that browsers can ask. */
export function useServices(): readonly { readonly name: string; readonly url: string }[] {
  const { apiUrl, realtimeUrl, workerUrl } = useSession().config;
  return [
    { name: 'State API', url: apiUrl },
    { name: 'Realtime gateway', url: realtimeUrl },
    ...(workerUrl ? [{ name: 'Snapshot worker', url: workerUrl }] : []),
  ];
}

/** Asks a service how it is, again and again while the page is open. */
export function useServiceHealth(url: string) {
  const points = useRef<Point[]>([]);
  const answer = useAnswer(['health', url], async (_, signal): Promise<ServiceHealth> => {
    const [report, metrics] = await Promise.all([
      fetch(`${url}/health`, { signal }).then((response) => response.json() as Promise<HealthReport>),
      fetch(`${url}/metrics`, { signal }).then((response) => response.text()),
    ]);
    const samples = readMetrics(metrics);
    points.current = [
      ...points.current,
      {
        time: Date.now() / 1000,
        requests: total(samples, 'http_request_duration_seconds_count'),
        seconds: total(samples, 'http_request_duration_seconds_sum'),
      },
    ].slice(-keptPoints);
    return { report, samples, series: seriesOf(points.current) };
  });
  useEvery(everyMs, () => void answer.refresh());
  return answer;
}
