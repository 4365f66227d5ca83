import type { ApiResponse } from '@nexus-state/test-kit';
import type { ToolAnswer } from '../../clients/mcp-client';
import type { Message } from '../../grpc/client';

/** What a door answered. */
export type Answer =
  | { readonly kind: 'made' }
  | { readonly kind: 'held'; readonly proposalId: string }
  | { readonly kind: 'refused'; readonly why: unknown };

/** What a response over HTTP comes to. */
export function answerOf({ status, body, headers }: ApiResponse): Answer {
  if (status === 202 && headers.get('location')?.includes(`/proposals/${body.proposalId}`))
    return { kind: 'held', proposalId: body.proposalId };
  if (status === 200 || status === 201 || status === 204) return { kind: 'made' };
  return { kind: 'refused', why: { status, body } };
}

/** What the proposal of a change comes to that was asked for. */
export function answerOfProposal({ status, body }: ApiResponse): Answer {
  if (status === 201 && body.state === 'open') return { kind: 'held', proposalId: body.proposalId };
  return { kind: 'refused', why: { status, body } };
}

/** What an acknowledgement over a socket comes to. */
export function answerOfAck(ack: Message): Answer {
  if (typeof ack.version === 'number') return { kind: 'made' };
  if (typeof ack.proposalId === 'string') return { kind: 'held', proposalId: ack.proposalId };
  return { kind: 'refused', why: ack };
}

/** What a call over gRPC comes to. */
export function answerOfCall({ code, message, response }: Message): Answer {
  if (code !== 'OK') return { kind: 'refused', why: { code, message } };
  return response.proposalId ? { kind: 'held', proposalId: response.proposalId } : { kind: 'made' };
}

/** What the call of a tool comes to. */
export function answerOfTool({ isError, body }: ToolAnswer): Answer {
  if (isError) return { kind: 'refused', why: body };
  return body.state === 'open' ? { kind: 'held', proposalId: body.proposalId } : { kind: 'made' };
}
