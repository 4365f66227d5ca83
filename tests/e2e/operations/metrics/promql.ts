import { parser } from '@prometheus-io/lezer-promql';

/** What an expression takes from Prometheus. */
export interface Selected {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What an expression asks for. */
export interface Expression {
  readonly selected: readonly Selected[];
  /** The labels it groups by. */
  readonly grouped: readonly string[];
}

/** Reads an expression of PromQL. Variables of Grafana stand for durations. @throws Error when it is none */
export function readExpression(text: string): Expression {
  const source = text.replaceAll('$__rate_interval', '5m');
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  parser.parse(source).iterate({
    enter: ({ type, from, to, node }) => {
      const said = source.slice(from, to);
      if (type.isError) throw new Error(`Not PromQL, at character ${from}: ${source}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector')
        selected.push({ metric: said, labels: [] });
      if (type.name !== 'LabelName') return;
      if (node.parent?.name === 'GroupingLabels') grouped.push(said);
      else selected.at(-1)?.labels.push(said);
    },
  });
  return { selected, grouped };
}
