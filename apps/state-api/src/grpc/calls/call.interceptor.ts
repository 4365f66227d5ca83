import { Metadata, type ServerWritableStream, status } from '@grpc/grpc-js';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RpcException } from '@nestjs/microservices';
import { StateError } from '@nexus-state/documents';
import {
  CallSpan,
  type Problem,
  TokenVerifier,
  bearerToken,
  inHttpTerms,
  internalProblem,
  problemOf,
  rateHeaders,
  requestId,
} from '@nexus-state/nest-kit';
import { Admission, AuditLog, ProposedInstead, RateLimited, VersionRequired } from '@nexus-state/state-core';
import { checkKey } from '@nexus-state/store';
import { EMPTY, Observable, lastValueFrom, of } from 'rxjs';
import { ownerOf } from '../../access/owner-of';
import { GRPC_DOOR, type GrpcDoor } from '../grpc-door';
import { UnreadRequest } from '../server/definition';
import { CallAudit } from './call-audit';
import { type CallNeeds, needsMark } from './call-needs';
import { OpenCall, type RawCall, textOf } from './open-call';
import type { CallStatus } from './problem-status';
import { StreamWriter } from './stream-writer';
import { ServerStopping, SlowWatcher, type Streaming } from './streaming';
import { refuseUnusedMetadata } from './unused-metadata';

/** What of a message says where its call belongs. */
interface Addressed {
  readonly workspaceId?: string;
  readonly panelId?: string;
  readonly key?: string;
}

/** A call on its way through the interceptor. */
interface Passing {
  readonly raw: RawCall;
  readonly method: string;
  readonly requestId: string;
  readonly began: number;
  /** Undefined where nothing is traced. */
  readonly span: CallSpan | undefined;
  /** Once it is known who calls; undefined where the call is not on the audit log. */
  audit: CallAudit | undefined;
}

/** What became of a call. */
type Served =
  | { readonly kind: 'answered'; readonly answer: object }
  | { readonly kind: 'streaming'; readonly open: OpenCall; readonly produce: Streaming<object> }
  | { readonly kind: 'refused'; readonly status: CallStatus }
  | { readonly kind: 'abandoned' };

/**
 * The one way in for every call: who calls (`TokenVerifier`), whether they may (`Admission`), the handler, and what the call ends
 * with. Errors become the status of the call here and nowhere else; every call is counted and logged here.
 */
@Injectable()
export class CallInterceptor implements NestInterceptor, OnModuleDestroy {
  readonly #stopping = new AbortController();

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly admission: Admission,
    private readonly auditLog: AuditLog,
    private readonly reflector: Reflector,
    @Inject(GRPC_DOOR) private readonly door: GrpcDoor,
  ) {}

  /** Ends the streams that are open: they would hold up the end of the process. */
  onModuleDestroy(): void {
    this.#stopping.abort();
    this.door.onStop();
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const [request, metadata, raw] = context.getArgs<[object, Metadata, RawCall]>();
    const call = passing(raw, metadata, this.door.isTraced);
    const needs = needsMark.of(context, this.reflector) as CallNeeds;
    return inTrace(call, async () => {
      const outcome = await this.#serve(call, request, needs, () => lastValueFrom(next.handle()));
      if (outcome.kind === 'refused') throw new RpcException(outcome.status);
      if (outcome.kind === 'streaming') return this.#stream(call, outcome.open, outcome.produce);
      return outcome.kind === 'answered' ? of(outcome.answer) : EMPTY;
    });
  }

  /**
   * Serves a unary call in the same way, without the pipeline of the framework around it.
   * @param handle the handler of its method
   * @returns the answer; undefined where the client has left
   * @throws CallStatus
   */
  async unary<R extends object>(
    request: R,
    raw: RawCall,
    needs: CallNeeds,
    handle: (request: R, metadata: Metadata, raw: RawCall) => Promise<object>,
  ): Promise<object | undefined> {
    const call = passing(raw, raw.metadata, this.door.isTraced);
    const outcome = await inTrace(call, () =>
      this.#serve(call, request, needs, () => handle(request, raw.metadata, raw)),
    );
    if (outcome.kind === 'refused') throw outcome.status;
    return outcome.kind === 'answered' ? outcome.answer : undefined;
  }

  async #serve(
    call: Passing,
    request: object,
    needs: CallNeeds,
    handle: () => Promise<unknown>,
  ): Promise<Served> {
    const { raw } = call;
    try {
      const open = await this.#open(call, request, needs);
      // The client is gone, or its deadline has passed: nothing has been done yet.
      if (raw.cancelled) return this.#abandoned(call);
      const result = await handle();
      if (typeof result === 'function')
        return { kind: 'streaming', open, produce: result as Streaming<object> };
      await call.audit?.served(result as object);
      this.#ended(call, raw.cancelled ? status.CANCELLED : status.OK);
      return { kind: 'answered', answer: result as object };
    } catch (error) {
      if (error instanceof ProposedInstead) {
        this.#ended(call, status.OK);
        return { kind: 'answered', answer: { proposalId: error.proposalId } };
      }
      return { kind: 'refused', status: this.#refused(call, error) };
    }
  }

  /** Lets a call in, and sends the metadata that its response begins with. */
  async #open(call: Passing, request: object, needs: CallNeeds): Promise<OpenCall> {
    const { raw, requestId } = call;
    const { metadata } = raw;
    const caller = await this.verifier.verify(bearerToken(textOf(metadata, 'authorization')));
    if (request instanceof UnreadRequest) throw request.refusal;
    const { workspaceId = '', panelId, key } = request as Addressed;
    call.span?.about(workspaceId || undefined, panelId);
    const audit = CallAudit.begin(this.auditLog, {
      action: needs.action ?? (needs.scope === 'state:write' ? 'write' : 'read'),
      actor: caller.subject,
      owner: textOf(metadata, 'x-workspace-owner'),
      requestId,
      message: request,
    });
    call.audit = audit;
    await audit?.requireWritable();
    const head = new Metadata();
    head.set('x-request-id', requestId);
    const { access, existing } = needs;
    const { workspace, panel } = await this.admission.admit({
      caller,
      scope: needs.scope,
      counts: needs.scope === 'state:read' ? 'reads' : 'writes',
      place: access && (() => ({ workspaceId, panelId, access, existing, owner: ownerIn(metadata) })),
      key: needs.key && (() => checkKey(key ?? '')),
      onCounted: (allowance) => {
        for (const [name, value] of Object.entries(rateHeaders(allowance))) head.set(name, value);
      },
    });
    if (audit) audit.workspace = workspace;
    refuseUnusedMetadata(metadata, needs);
    const open = new OpenCall(raw, caller, () => this.door.bytesOf(call.method, request));
    open.workspace = workspace;
    open.panel = panel;
    raw.sendMetadata(head);
    return open;
  }

  #stream(call: Passing, { gone }: OpenCall, produce: Streaming<object>): Observable<object> {
    const raw = call.raw as ServerWritableStream<object, object>;
    const stopping = this.#stopping.signal;
    const end = new AbortController();
    const abort = () => end.abort();
    for (const signal of [gone, stopping]) {
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    }
    const left = this.door.log.streaming(call.method);
    const writer = new StreamWriter(raw, end.signal, this.door.patienceMs);
    return new Observable((subscriber) => {
      const send = async (message: object) => {
        if (end.signal.aborted) return;
        await call.audit?.served();
        await writer.send(message);
      };
      inTrace(call, () => produce(send, end.signal))
        .then(() => {
          if (stopping.aborted && !gone.aborted) throw new ServerStopping();
          this.#ended(call, gone.aborted ? status.CANCELLED : status.OK);
          subscriber.complete();
        })
        .catch((error: unknown) => {
          if (gone.aborted) return this.#ended(call, status.CANCELLED);
          subscriber.error(new RpcException(this.#refused(call, error)));
          if (error instanceof SlowWatcher) writer.resetLater();
        })
        .finally(() => {
          abort();
          stopping.removeEventListener('abort', abort);
          left();
        });
    });
  }

  /** What a call ends with that was refused, or failed. */
  #refused(call: Passing, error: unknown): CallStatus {
    const { raw, method, requestId } = call;
    const refusal = error instanceof StateError ? inGrpcTerms(error, raw.metadata) : undefined;
    const problem: Problem = refusal ? problemOf(refusal, method) : internalProblem(method);
    if (problem.status >= 500)
      this.door.log.failed({ method, requestId }, problem.error, refusal?.cause ?? error);
    call.audit?.refused(problem.error);
    const rate = refusal instanceof RateLimited ? rateTrailers(refusal) : {};
    const { retryAfterSeconds } = problem;
    const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    const ending = this.door.problems.of(problem, { 'x-request-id': requestId, ...rate, ...retry });
    this.#ended(call, ending.code, problem.status >= 500);
    return ending;
  }

  #abandoned(call: Passing): Served {
    this.#ended(call, status.CANCELLED);
    return { kind: 'abandoned' };
  }

  #ended({ method, requestId, began, span }: Passing, code: status, isFailure = false): void {
    this.door.log.ended({ method, requestId, code, began });
    span?.end({ code, isFailure });
  }
}

function passing(raw: RawCall, metadata: Metadata, isTraced: boolean): Passing {
  const given = textOf(metadata, 'x-request-id');
  const id = requestId({ headers: given === undefined ? {} : { 'x-request-id': given } });
  const path = raw.getPath();
  const [traceparent, tracestate] = [textOf(metadata, 'traceparent'), textOf(metadata, 'tracestate')];
  const span = isTraced ? new CallSpan({ path, requestId: id, traceparent, tracestate }) : undefined;
  return { raw, method: path, requestId: id, began: performance.now(), audit: undefined, span };
}

/** Does some work of a call in its trace. */
function inTrace<T>({ span }: Passing, work: () => T): T {
  return span ? span.run(work) : work();
}

/** The owner that the metadata names: as text, or in UTF-8 as binary metadata. */
function ownerIn(metadata: Metadata): string | undefined {
  const values = [...metadata.get('x-workspace-owner'), ...metadata.get('x-workspace-owner-bin')].map(
    (value) => (typeof value === 'string' ? value : value.toString('latin1')),
  );
  const [first] = values;
  if (first === undefined) return undefined;
  const headers = { 'x-workspace-owner': first };
  return ownerOf({
    params: {},
    query: {},
    raw: { headers, headersDistinct: { 'x-workspace-owner': values } },
  });
}

/** A refusal in the terms of this door: what does not meet a metadatum is a failed precondition. */
function inGrpcTerms(refusal: StateError, metadata: Metadata): StateError {
  if (refusal instanceof VersionRequired) return refusal;
  return inHttpTerms(refusal, {
    'if-match': textOf(metadata, 'if-match'),
    'if-none-match': textOf(metadata, 'if-none-match'),
  });
}

function rateTrailers({ policy, perSecond, retryAfterSeconds }: RateLimited): Record<string, string> {
  return rateHeaders({ policy, perSecond, left: 0 }, retryAfterSeconds);
}
