/** How a server ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A server of one's own; it ends with the process that started it. */
export interface EmbeddedServer {
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  /** Settles when the server is gone, whoever ended it. */
  exited: Promise<Exit>;
  /** Ends it in good order. Twice is harmless. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export type PostgresServer = EmbeddedServer;
export type RedisServer = EmbeddedServer;

export interface PostgresOptions {
  /** Where its data live. Without one: a temporary folder, removed by `stop`. */
  dataDir?: string | undefined;
  /** Without one: any free port. */
  port?: number | undefined;
  /** Asked of every connection. Without one, connections from this machine are trusted. */
  password?: string | undefined;
  /** Whether commits survive a power cut. True unless told otherwise. */
  durable?: boolean | undefined;
  /** How text is sorted in a new data folder: an ICU locale, or `C` for byte order. */
  locale?: string | undefined;
  /** More server settings, by name. */
  settings?: Record<string, string> | undefined;
  /** Without one: beside the data folder. */
  logFile?: string | undefined;
}

export interface RedisOptions {
  /** Where its data live. Without one: a temporary folder, removed by `stop`. */
  dataDir?: string | undefined;
  /** Without one: any free port. */
  port?: number | undefined;
  /** Asked of every connection. */
  password?: string | undefined;
  /** Whether data survive a restart. False unless told otherwise. */
  durable?: boolean | undefined;
  /** More server settings, by name. */
  settings?: Record<string, string> | undefined;
  /** Without one: beside the data folder. */
  logFile?: string | undefined;
  /** Told what is being fetched, should no Redis be installed. */
  onProgress?: ((message: string) => void) | undefined;
}

/** Starts a PostgreSQL server on 127.0.0.1, with a database `nexus`; its url is that of the superuser. */
export function startPostgres(options?: PostgresOptions): Promise<PostgresServer>;

/** Starts a Redis server on 127.0.0.1 that evicts nothing. */
export function startRedis(options?: RedisOptions): Promise<RedisServer>;
