import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface ChartProps {
  readonly label: string;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

const height = 120;
/** So much of the past is shown, in seconds. */
const span = 120;

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short' });

/** A small chart of a value over time. The label says its newest value to those who do not see it. */
export default function Chart({ label, times, values }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--nx-muted'),
      grid: { stroke: colour('--nx-line'), width: 1 },
      ticks: { show: false },
    };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { range: (_plot, _min, max) => [(max ?? Date.now() / 1000) - span, max ?? Date.now() / 1000] },
          y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, 1) * 1.1] },
        },
        axes: [
          {
            ...axis,
            space: 80,
            values: (_plot, splits) => splits.map((seconds) => clock.format(seconds * 1000)),
          },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          { stroke: colour('--nx-accent'), width: 2, fill: `${colour('--nx-accent')}22`, spanGaps: false },
        ],
      },
      [[], []],
      element,
    );
    chart.current = plot;
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
    // The colours are those of the scheme.
  }, [scheme]);
  useEffect(() => chart.current?.setData([[...times], [...values]]), [times, values, scheme]);
  return <div className="chart" ref={place} role="img" aria-label={label} />;
}
