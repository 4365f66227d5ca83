import { readMetrics, total } from './metrics';

const text = `# HELP requests Requests.
# TYPE requests counter
requests{method="GET",route="/a\\"b"} 3
requests{method="PUT",route="/"} 4
up 1
`;

it('reads metrics with their labels, and adds them up', () => {
  const samples = readMetrics(text);
  expect(samples[0]).toEqual({ name: 'requests', labels: { method: 'GET', route: '/a\\"b' }, value: 3 });
  expect(total(samples, 'requests')).toBe(7);
  expect(total(samples, 'up')).toBe(1);
  expect(total(samples, 'other')).toBe(0);
});
