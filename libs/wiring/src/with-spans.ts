import { inSpan } from '@nexus-state/nest-kit';

/** The methods of a port that do something and answer with a promise. */
type Methods<Port> = {
  readonly [
    Name in keyof Port as Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never
  ]?: string;
};

/**
 * A port that makes a span of each call of some of its methods, for whoever is traced at the moment.
 * @param names the names of the spans, by the methods
 */
export function withSpans<Port extends object>(port: Port, names: Methods<Port>): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const name = (names as Record<PropertyKey, string | undefined>)[property];
      // On the port itself: its private fields are not those of the proxy.
      const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      return name === undefined ? call : (...args: unknown[]) => inSpan({ name }, () => call(...args));
    },
  });
}
