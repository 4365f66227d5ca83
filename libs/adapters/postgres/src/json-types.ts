import { JsonText, largeText } from '@nexus-state/documents';
import pg from 'pg';

/** How values of a statement's columns are read, as the driver takes it. */
type Types = NonNullable<pg.QueryConfig['types']>;

/** PostgreSQL's number of the type `jsonb`. */
const jsonb = pg.types.builtins.JSONB;

/** Leaves JSON from so many characters on as text (`JsonText`), because parsing it would hold up other requests. */
function textFrom(length: number): Types {
  const read = (text: string): unknown => (text.length > length ? new JsonText(text) : JSON.parse(text));
  return {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === jsonb ? read : pg.types.getTypeParser(oid, format)) as Types['getTypeParser'],
  };
}

/** For statements that read JSON which may be large. */
export const largeAsText: Types = textFrom(largeText);

/** For statements whose JSON is parsed elsewhere. */
export const allAsText: Types = textFrom(0);
