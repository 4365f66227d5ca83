/** A refusal as the service words it (RFC 9457), over HTTP and on live connections. */
export interface Problem {
  /** The code that a program decides by. */
  readonly error: string;
  /** What happened and what to do, for people. */
  readonly message: string;
  readonly status?: number;
  /** What the code calls for. */
  readonly [fact: string]: unknown;
}

/** Something that went wrong with the service: a refusal, or no answer. */
export class NexusError extends Error {
  /** The code that a program decides by; `network` where there was no answer. */
  readonly code: string;
  /** The HTTP status; 0 where there was none. */
  readonly status: number;
  /** Names the request in the log of the service. */
  readonly requestId: string | undefined;
  /** What the problem tells beside its code. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(problem: Problem, requestId?: string, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = new.target.name;
    this.code = problem.error;
    this.status = problem.status ?? 0;
    this.requestId = requestId;
    this.facts = problem;
  }
}

/** There was no answer: the service cannot be reached, or it took too long. Whether a change happened may be unknown. */
export class NetworkError extends NexusError {
  constructor(message: string, options?: ErrorOptions) {
    super({ error: 'network', message }, undefined, options);
  }
}

/** The change is not made: a rule of the workspace has it wait for approval, as a proposal. */
export class ProposedError extends NexusError {
  constructor(proposalId: string, requestId?: string) {
    const message = `The change waits for approval, as the proposal ${proposalId}.`;
    super({ error: 'proposed', status: 202, message, proposalId }, requestId);
  }

  /** The proposal; see `workspace.proposals`. */
  get proposalId(): string {
    return this.facts['proposalId'] as string;
  }
}
