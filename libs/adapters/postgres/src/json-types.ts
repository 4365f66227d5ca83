import { JsonText, largeText } from '@nexus-state/documents';
import pg from 'pg';

/** How values of a statement's columns are read, as the driver takes it. */
type Types = NonNullable<pg.QueryConfig['types']>;

/** PostgreSQL's numbers of types. */
const { JSONB: jsonb, TIMESTAMPTZ: instant } = pg.types.builtins;

/** Leaves JSON from so many characters on as text (`JsonText`), because parsing it would hold up other requests. */
function textFrom(length: number): Types {
  const read = (text: string): unknown => (text.length > length ? new JsonText(text) : JSON.parse(text));
  return {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === jsonb ? read : pg.types.getTypeParser(oid, format)) as Types['getTypeParser'],
  };
}

/** An instant as the server writes it where its time zone is UTC. */
const inUtc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/** An instant as RFC 3339 in UTC with milliseconds; without a `Date`, which takes most of the time, where it can be done. */
function instantText(text: string): string {
  const [, day, time, fraction = ''] = inUtc.exec(text) ?? [];
  if (day === undefined || time === undefined)
    return (pg.types.getTypeParser(instant)(text) as Date).toISOString();
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** For statements that read JSON which may be large. */
export const largeAsText: Types = textFrom(largeText);

/** For statements whose JSON is parsed elsewhere. */
export const allAsText: Types = textFrom(0);

/** For statements that read changes: JSON that may be large, and instants as text. */
export const typesOfChanges: Types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === instant ? instantText : largeAsText.getTypeParser(oid, format)) as Types['getTypeParser'],
};
