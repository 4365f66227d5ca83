import type { ServiceProcess } from '@nexus-state/test-kit';

/** One line of what a process exposes. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** What services expose, read as Prometheus reads it (text format 0.0.4). */
export async function scrape(...services: readonly ServiceProcess[]): Promise<readonly Sample[]> {
  const texts = await Promise.all(
    services.map(async ({ url }) => {
      const response = await fetch(`${url}/metrics`);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      return response.text();
    }),
  );
  return texts
    .flatMap((text) => text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
    .map(read);
}

/** The sum of the samples of a name that have all these labels. */
export function total(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function read(text: string): Sample {
  const [, name, labels = '', value] = line.exec(text) ?? [];
  if (name === undefined) throw new Error(`Not a sample: ${text}`);
  const pairs = [...labels.matchAll(label)].map(([, key, of]) => [key as string, of as string]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
