import { Semaphore } from '../concurrency';
import { Unavailable } from '../errors';
import type { FetchRequest, FetchServer } from './ports';

/** Git processes at once; those who come later wait in line, up to so many. */
const maxAtOnce = 8;
const maxWaiting = 64;

/** Lets git clients fetch from the repositories of workspaces; only a few at a time, for each is a process. */
export class GitFetches {
  readonly #permits = new Semaphore(maxAtOnce);

  constructor(private readonly server: FetchServer) {}

  /**
   * See `FetchServer.advertise`.
   * @throws Unavailable also when too many wait
   */
  async advertise(request: FetchRequest): Promise<Buffer> {
    const release = await this.#acquire(request);
    try {
      return await this.server.advertise(request);
    } finally {
      release();
    }
  }

  /**
   * See `FetchServer.upload`. The permit is held until the iteration ends.
   * @throws Unavailable also when too many wait
   */
  async *upload(request: FetchRequest, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const release = await this.#acquire(request);
    try {
      yield* this.server.upload(request, body);
    } finally {
      release();
    }
  }

  #acquire({ signal }: FetchRequest): Promise<() => void> {
    if (this.#permits.waiting >= maxWaiting) throw new Unavailable('The git server');
    return this.#permits.acquire(signal);
  }
}
