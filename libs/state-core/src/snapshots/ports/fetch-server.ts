import type { WorkspaceKey } from '../../panels/model';

/** One request of a git client. */
export interface FetchRequest {
  readonly workspace: WorkspaceKey;
  /** What the client sent as `Git-Protocol`, where it did: `version=2`. */
  readonly protocol: string | undefined;
  /** Fires when the client is gone: nothing goes on for it. */
  readonly signal: AbortSignal;
}

/**
 * Answers git clients that fetch from the repository of a workspace: the two requests of git's smart HTTP protocol
 * (gitprotocol-http(5)). Nothing can be written through it.
 */
export interface FetchServer {
  /**
   * Lists what can be fetched: the body of the response to `GET info/refs?service=git-upload-pack`.
   * @throws RepositoryNotFound when there is no snapshot yet; Unavailable when the repository cannot be read
   */
  advertise(request: FetchRequest): Promise<Buffer>;

  /**
   * Gives what the client asks for: the body of the answer to `POST git-upload-pack`, chunk by chunk as it is taken.
   * @param body what the client sent
   * @throws RepositoryNotFound, Unavailable as above, when the first chunk is taken or later
   */
  upload(request: FetchRequest, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
