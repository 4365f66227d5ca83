import { inSpan } from '@nexus-state/nest-kit';

/** Names of spans, for the methods of a port that answer with a promise, and for those of the ports that it gives out. */
type SpanNames<Port> = {
  readonly [Name in keyof Port]?: Port[Name] extends (...args: never[]) => infer Result
    ? Result extends Promise<unknown>
      ? string
      : SpanNames<Result>
    : never;
};

/**
 * A port that makes a span of each call of some of its methods, in the active trace.
 * @param names the names of the spans, by the methods
 */
export function withSpans<Port extends object>(port: Port, names: SpanNames<Port>): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const name = (names as Record<PropertyKey, string | SpanNames<object> | undefined>)[property];
      // On the port itself: its private fields are not those of the proxy.
      const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      if (name === undefined) return call;
      if (typeof name === 'string') return (...args: unknown[]) => inSpan({ name }, () => call(...args));
      return (...args: unknown[]) => withSpans(call(...args) as object, name);
    },
  });
}
