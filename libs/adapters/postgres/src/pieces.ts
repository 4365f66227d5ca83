import pg from 'pg';

/** The value of a parameter in binary format, as pieces of its bytes: written as they are, and never put together. */
export class Pieces {
  constructor(readonly buffers: readonly Buffer[]) {}

  /** How many bytes there are. */
  get length(): number {
    return this.buffers.reduce((sum, { length }) => sum + length, 0);
  }
}

/** What the driver's `bind` gets. */
interface Binding {
  readonly portal?: string;
  readonly statement?: string;
  readonly values?: readonly unknown[];
  readonly binary?: boolean;
  /** Gives the text, or the bytes, of a value. */
  readonly valueMapper: (value: unknown, index: number) => string | Buffer | null;
}

/** The part of the driver that is used here, and that its types leave out. */
interface Preparing {
  prepare(connection: pg.Connection): void;
}

/**
 * A query with values that are `Pieces`. The driver copies each value several times, all in one go, which takes tens of
 * milliseconds for megabytes; this query writes the message that carries the values (`Bind`) itself.
 */
class PiecesQuery extends pg.Query {
  prepare(connection: pg.Connection): void {
    const bind = (binding: Binding) => {
      for (const buffer of bindMessage(binding)) connection.stream.write(buffer);
    };
    const writing = Object.assign(Object.create(connection) as pg.Connection, { bind });
    (pg.Query.prototype as unknown as Preparing).prepare.call(this, writing);
  }
}

/** Runs a statement with values some of which are `Pieces`. Fails as the driver's own `query` does. */
export function queryInPieces<Row extends pg.QueryResultRow>(
  target: pg.Pool | pg.PoolClient,
  config: pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  type Query = (query: pg.Submittable, values: undefined, done: Done<Row>) => void;
  return new Promise((resolve, reject) => {
    const done: Done<Row> = (error, result) => (error ? reject(error) : resolve(result));
    (target.query as unknown as Query).call(target, new PiecesQuery(config), undefined, done);
  });
}

type Done<Row extends pg.QueryResultRow> = (error: Error | undefined, result: pg.QueryResult<Row>) => void;

const [textFormat, binaryFormat] = [0, 1];
const lengthBytes = 4;

/** The message `Bind` (PostgreSQL, "Message Formats"), in pieces. */
export function bindMessage({ portal = '', statement = '', values = [], ...how }: Binding): Buffer[] {
  const mapped = values.map((value, index) => piecesOf(value, index, how.valueMapper));
  const body = [
    Buffer.from(`${portal}\0${statement}\0`),
    int16s([mapped.length, ...mapped.map(({ format }) => format), mapped.length]),
    ...mapped.flatMap(({ pieces }) => [int32(pieces?.length ?? -1), ...(pieces?.buffers ?? [])]),
    int16s([1, how.binary ? binaryFormat : textFormat]),
  ];
  const length = body.reduce((sum, buffer) => sum + buffer.length, lengthBytes);
  return [Buffer.from('B'), int32(length), ...body];
}

function piecesOf(
  value: unknown,
  index: number,
  map: Binding['valueMapper'],
): { readonly format: number; readonly pieces: Pieces | undefined } {
  if (value instanceof Pieces) return { format: binaryFormat, pieces: value };
  const mapped = map(value, index);
  if (mapped === null || mapped === undefined) return { format: textFormat, pieces: undefined };
  return Buffer.isBuffer(mapped)
    ? { format: binaryFormat, pieces: new Pieces([mapped]) }
    : { format: textFormat, pieces: new Pieces([Buffer.from(mapped)]) };
}

function int16s(numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * numbers.length);
  numbers.forEach((number, index) => buffer.writeInt16BE(number, 2 * index));
  return buffer;
}

function int32(number: number): Buffer {
  const buffer = Buffer.alloc(lengthBytes);
  buffer.writeInt32BE(number);
  return buffer;
}
