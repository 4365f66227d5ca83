import path from 'node:path';
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  type ServiceError,
  Metadata,
  credentials,
  loadPackageDefinition,
  status,
} from '@grpc/grpc-js';
import { type PackageDefinition, loadSync } from '@grpc/proto-loader';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, testToken } from '@nexus-state/test-kit';

const protos = path.resolve(__dirname, '../../../libs/contracts/proto');

/** The published .proto files, as any client loads them. */
export const definition: PackageDefinition = loadSync(
  ['nexus/state/v1/state.proto', 'google/rpc/status.proto'],
  { includeDirs: [protos], longs: Number, enums: String, defaults: true, oneofs: true },
);

// Messages of every type, each looked at where it is expected.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Message = any;

/** How a call ended. */
export interface Outcome {
  readonly code: keyof typeof status;
  readonly message: string;
  readonly response: Message;
  /** Of the one detail of its status. */
  readonly problem: { readonly code: string; readonly message: string; readonly facts: Message } | undefined;
  /** The metadata that it began with. */
  readonly head: Metadata;
  readonly trailers: Metadata;
}

/** A service of the definition, as grpc-js makes clients of it. */
type ServiceClient = Client & Record<string, (...args: unknown[]) => Message>;

/** Calls a state API over gRPC as one user. */
export class GrpcClient {
  readonly #client: ServiceClient;

  constructor(
    { grpcAddress }: Pick<ServiceProcess, 'grpcAddress'>,
    readonly token: string | undefined = testToken('ann'),
    channel: ChannelCredentials = credentials.createInsecure(),
    options: object = {},
  ) {
    const loaded = loadPackageDefinition(definition) as Message;
    this.#client = new loaded.nexus.state.v1.StateService(grpcAddress, channel, options) as ServiceClient;
  }

  /** The metadata of a call. */
  metadata(more: Readonly<Record<string, string | Buffer>> = {}): Metadata {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    for (const [name, value] of Object.entries(more)) metadata.set(name, value);
    return metadata;
  }

  /** Makes a call, and waits for its end. */
  async call(
    method: string,
    request: object,
    more: Readonly<Record<string, string | Buffer>> = {},
    options: CallOptions = {},
  ): Promise<Outcome> {
    let head = new Metadata();
    return new Promise((resolve) => {
      let trailers = new Metadata();
      const done = (error: ServiceError | null, response: Message) =>
        setImmediate(() => resolve(outcomeOf(error, response, head, error?.metadata ?? trailers)));
      const call = this.#client[method]?.(request, this.metadata(more), options, done);
      call.on('metadata', (metadata: Metadata) => (head = metadata));
      call.on('status', ({ metadata }: { metadata: Metadata }) => (trailers = metadata));
    });
  }

  /** Begins a call, which can be cancelled. */
  begin(method: string, request: object, done: (error: ServiceError | null) => void): { cancel(): void } {
    return this.#client[method]?.(request, this.metadata(), {}, done);
  }

  /** Opens a stream, and keeps what it sends. */
  watch(
    method: 'watch' | 'watchKeys',
    request: object,
    options: CallOptions = {},
    more: Readonly<Record<string, string | Buffer>> = {},
  ): Watching {
    return new Watching(this.#client[method]?.(request, this.metadata(more), options));
  }

  /** Opens a stream that nothing is read from but what Node.js reads ahead, 16 messages. */
  unread(method: 'watch' | 'watchKeys', request: object): ClientReadableStream<Message> {
    const stream: ClientReadableStream<Message> = this.#client[method]?.(request, this.metadata());
    // Before a first read, grpc-js takes in whatever comes.
    stream.read(0);
    return stream;
  }

  close(): void {
    this.#client.close();
  }
}

/** Sends bytes as they are. */
export class RawClient {
  readonly #client: Client;

  constructor(
    { grpcAddress }: Pick<ServiceProcess, 'grpcAddress'>,
    private readonly like: GrpcClient,
  ) {
    this.#client = new Client(grpcAddress, credentials.createInsecure());
  }

  /** @returns the error that the call ends with */
  call(method: string, bytes: Buffer): Promise<ServiceError | null> {
    const asTheyAre = (message: Buffer) => message;
    return new Promise((resolve) =>
      this.#client.makeUnaryRequest(
        `/nexus.state.v1.StateService/${method}`,
        asTheyAre,
        asTheyAre,
        bytes,
        this.like.metadata(),
        (error) => resolve(error),
      ),
    );
  }

  close(): void {
    this.#client.close();
  }
}

/** A stream that is read. */
export class Watching {
  readonly messages: Message[] = [];
  readonly ended: Promise<Outcome>;

  constructor(private readonly stream: ClientReadableStream<Message>) {
    let head = new Metadata();
    stream.on('metadata', (metadata) => (head = metadata));
    stream.on('data', (message) => this.messages.push(message));
    stream.on('error', () => undefined);
    this.ended = new Promise((resolve) =>
      stream.on('status', (ending) => {
        const error = ending.code === status.OK ? null : ending;
        resolve(outcomeOf(error, undefined, head, ending.metadata));
      }),
    );
  }

  cancel(): void {
    this.stream.cancel();
  }

  /** Waits until it has sent so many messages that are no bookmarks; returns them. */
  async changes(count: number): Promise<Message[]> {
    const shown = () => this.messages.filter(({ event }) => event !== 'bookmark');
    await eventually(() => shown().length >= count, `${count} messages of a watch`, 20_000);
    return shown();
  }
}

function outcomeOf(
  error: Pick<ServiceError, 'code' | 'details'> | null,
  response: Message,
  head: Metadata,
  trailers: Metadata,
): Outcome {
  const code = status[error?.code ?? status.OK] as keyof typeof status;
  return { code, message: error?.details ?? '', response, problem: problemIn(trailers), head, trailers };
}

function problemIn(trailers: Metadata): Outcome['problem'] {
  const [bytes] = trailers.get('grpc-status-details-bin');
  if (!(bytes instanceof Buffer)) return undefined;
  const read = (name: string, from: Buffer): Message => (definition[name] as Message).deserialize(from);
  const { details } = read('google.rpc.Status', bytes);
  const [{ type_url: type, value }] = details;
  if (type !== 'type.googleapis.com/nexus.state.v1.Problem') throw new Error(`A detail of type ${type}.`);
  const { code, message, factsJson } = read('nexus.state.v1.Problem', value);
  return { code, message, facts: JSON.parse(factsJson.toString()) };
}

/** A value as the bytes of its JSON. */
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** The value of a field that is JSON. */
export const value = (bytes: Buffer): Message => JSON.parse(bytes.toString());
