import { SimpleGrid, Skeleton, Text, Title } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { Suspense, lazy, useEffect } from 'react';
import { type ServiceHealth, useServiceHealth, useServices } from '../data/health';
import { type Sample, total } from '../data/metrics';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';

const Chart = lazy(() => import('../ui/chart'));

/** What is worth a figure, where a service has it. */
const figures: readonly { readonly metric: string; readonly label: string }[] = [
  { metric: 'nexus_changes_total', label: 'Changes accepted' },
  { metric: 'nexus_changes_refused_total', label: 'Changes refused' },
  { metric: 'nexus_realtime_connections', label: 'Live connections' },
  { metric: 'nexus_realtime_subscriptions', label: 'Subscriptions' },
  { metric: 'nexus_realtime_deliveries_total', label: 'Updates delivered' },
  { metric: 'nexus_job_duration_seconds_count', label: 'Jobs done' },
  { metric: 'nexus_jobs_given_up_total', label: 'Jobs given up' },
  { metric: 'nexus_rate_limited_total', label: 'Requests over a limit' },
];

/** How the services are: read every two seconds. */
export default function HealthScreen() {
  const services = useServices();
  useEffect(() => {
    document.title = 'Health · Nexus State';
  }, []);
  return (
    <main className="page" id="main" tabIndex={-1}>
      <Title order={1} size="h2" mb="lg">
        Health
      </Title>
      {services.map(({ name, url }) => (
        <Region key={name} name={name}>
          <Service name={name} url={url} />
        </Region>
      ))}
    </main>
  );
}

function Service({ name, url }: { readonly name: string; readonly url: string }) {
  const { data, error, refresh } = useServiceHealth(url);
  return (
    <section className="card" style={{ padding: 16, marginBottom: 16 }} aria-label={name}>
      <div className="row-line">
        <h2 style={{ fontSize: 16, margin: 0 }}>{name}</h2>
        <span className="mono muted">{url}</span>
        <span className="spacer" />
        <StateOf health={data} isLost={error !== undefined} />
      </div>
      {error && <Problem error={error} title={`${name} does not answer`} onRetry={() => void refresh()} />}
      {!data && !error && <Skeleton height={120} mt="sm" aria-label={`Loading ${name}`} />}
      {data && <Figures health={data} />}
    </section>
  );
}

function StateOf({
  health,
  isLost,
}: {
  readonly health: ServiceHealth | undefined;
  readonly isLost: boolean;
}) {
  if (isLost || !health)
    return (
      <span className="status" data-tone={isLost ? 'bad' : 'busy'}>
        {isLost ? 'away' : 'asking'}
      </span>
    );
  const { status, database, redis, version, uptimeSeconds } = health.report;
  const stores = [database && `database ${database}`, redis && `Redis ${redis}`].filter(Boolean).join(', ');
  return (
    <span
      className="status"
      style={{ whiteSpace: 'normal' }}
      data-tone={status === 'healthy' ? 'good' : 'warn'}
    >
      {status}
      {stores && `: ${stores}`} · version {version} · up {Math.round(uptimeSeconds / 60)} min
    </span>
  );
}

function Figures({ health }: { readonly health: ServiceHealth }) {
  const { samples, series } = health;
  const known = figures.filter(({ metric }) => samples.some(({ name }) => name === metric));
  const last = (values: readonly (number | null)[]) =>
    values.findLast((value) => value !== null)?.toFixed(1) ?? 'none';
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="md">
        <Suspense fallback={<Skeleton height={140} aria-label="Loading the charts" />}>
          <figure style={{ margin: 0 }}>
            <figcaption className="muted caption">Requests per second</figcaption>
            <Chart
              label={`Requests per second, now ${last(series.rates)}`}
              times={series.times}
              values={series.rates}
            />
          </figure>
          <figure style={{ margin: 0 }}>
            <figcaption className="muted caption">Milliseconds per request</figcaption>
            <Chart
              label={`Milliseconds per request, last ${last(series.latencies)}`}
              times={series.times}
              values={series.latencies}
            />
          </figure>
        </Suspense>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 2, sm: 4 }} mt="md">
        {known.map((figure) => (
          <Figure key={figure.metric} {...figure} samples={samples} />
        ))}
      </SimpleGrid>
    </>
  );
}

interface FigureProps {
  readonly metric: string;
  readonly label: string;
  readonly samples: readonly Sample[];
}

function Figure({ metric, label, samples }: FigureProps) {
  return (
    <div>
      <Text size="xs" className="muted">
        {label}
      </Text>
      <Text fw={650}>{total(samples, metric).toLocaleString('en')}</Text>
    </div>
  );
}
