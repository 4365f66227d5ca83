import type ts from 'typescript';
import type { NexusError } from '../../src';
import type { Description, Route, Schema } from './description';
import { Comparison, type Direction } from './differences';
import type { SdkRouteTypes, SdkTypes } from './sdk-types';

/** What the types of the client and the routes of a description differ in, in sentences. */
export function differencesOf(
  types: SdkTypes,
  description: Description,
  isOthers: (route: string) => boolean,
): string[] {
  const routes = description.routes.filter(({ name }) => !isOthers(name));
  const known = new Set(routes.map(({ name }) => name));
  return [
    ...[...types.routes.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `${name}: is not in the description`),
    ...routes.flatMap((route) => {
      const sdk = types.routes.get(route.name);
      if (!sdk) return [`${route.name}: is missing in the client`];
      return differencesOfRoute(types.checker, description, route, sdk).map(
        (text) => `${route.name}: ${text}`,
      );
    }),
  ];
}

function differencesOfRoute(
  checker: ts.TypeChecker,
  description: Description,
  { query, takes, gives }: Route,
  sdk: SdkRouteTypes,
): string[] {
  const compare = (
    direction: Direction,
    type: ts.Type | undefined,
    schema: Schema | undefined,
    place: string,
  ) => {
    if (!type && !schema) return [];
    if (!type) return [`${place} is missing in the client`];
    if (!schema) return [`${place} is not in the description`];
    return new Comparison(checker, description, direction).differences(type, schema, place);
  };
  const hasQuery = Object.keys(query.properties ?? {}).length > 0;
  const { 202: waits, ...done } = gives;
  const found = [
    ...compare('sent', sdk.query, hasQuery ? query : undefined, 'query'),
    ...compare('sent', sdk.takes, takes['application/json'] ?? Object.values(takes)[0], 'takes'),
    ...compare('given', sdk.waits, waits, 'waits'),
    ...(Object.keys(done).length === 0 ? compare('given', sdk.gives, undefined, 'gives') : []),
    ...Object.values(done).flatMap((schema) => compare('given', sdk.gives, schema, 'gives')),
  ];
  const excused = [
    ...sdk.leaves.map((place) => `${place} is missing in the client`),
    ...sdk.adds.map((place) => `${place} is not in the description`),
  ];
  return [
    ...new Set(found.filter((difference) => !excused.includes(difference))),
    ...excused
      .filter((difference) => !found.includes(difference))
      .map((excuse) => `does not hold that ${excuse}`),
  ];
}

/**
 * The codes of problems that the client has no class for, and those that no problem has.
 * @param classes the class of each code
 * @param exported what the client exports
 * @param elsewhere the codes of refusals that come over the connection of documents
 */
export function problemDifferences(
  description: Description,
  classes: Readonly<Record<string, new (...given: never[]) => NexusError>>,
  exported: Readonly<Record<string, unknown>>,
  elsewhere: readonly string[],
): string[] {
  const codes = new Set([...description.routes.flatMap(({ problems }) => problems), ...elsewhere]);
  return [
    ...[...codes].filter((code) => !Object.hasOwn(classes, code)).map((code) => `${code} has no class`),
    ...Object.entries(classes)
      .filter(([code, { name }]) => exported[name] !== classes[code] || name !== classNameOf(code))
      .map(([code]) => `${code} is not exported as ${classNameOf(code)}`),
    ...Object.keys(classes)
      .filter((code) => !codes.has(code))
      .map((code) => `${code} is the code of no problem`),
  ];
}

function classNameOf(code: string): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Error`;
}
