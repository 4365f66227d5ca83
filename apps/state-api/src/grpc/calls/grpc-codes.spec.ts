import { readFileSync } from 'node:fs';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import { errorCodes } from '@nexus-state/contracts';
import { httpProblems } from '@nexus-state/nest-kit';
import { grpcCodes } from './grpc-codes';

describe('the codes of gRPC', () => {
  it('exist for every code, and are those that its status over HTTP leads to', () => {
    // https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto; 409 and 412 are told apart by what to do next.
    const fitting: Record<number, readonly (keyof typeof status)[]> = {
      400: ['INVALID_ARGUMENT'],
      401: ['UNAUTHENTICATED'],
      403: ['PERMISSION_DENIED'],
      404: ['NOT_FOUND'],
      405: ['UNIMPLEMENTED'],
      406: ['INVALID_ARGUMENT'],
      408: ['DEADLINE_EXCEEDED'],
      409: ['ABORTED', 'ALREADY_EXISTS', 'FAILED_PRECONDITION'],
      410: ['OUT_OF_RANGE'],
      412: ['FAILED_PRECONDITION'],
      413: ['RESOURCE_EXHAUSTED'],
      415: ['INVALID_ARGUMENT'],
      417: ['INVALID_ARGUMENT'],
      422: ['INVALID_ARGUMENT', 'FAILED_PRECONDITION'],
      428: ['FAILED_PRECONDITION'],
      429: ['RESOURCE_EXHAUSTED'],
      431: ['RESOURCE_EXHAUSTED'],
      500: ['INTERNAL'],
      503: ['UNAVAILABLE'],
    };
    expect(Object.keys(grpcCodes).sort()).toEqual([...errorCodes].sort());
    for (const code of errorCodes) {
      expect([code, fitting[httpProblems[code].status]]).toEqual([
        code,
        expect.arrayContaining([status[grpcCodes[code]]]),
      ]);
    }
  });

  it('are those of docs/grpc.md', () => {
    const page = readFileSync(path.join(__dirname, '../../../../../docs/grpc.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|$/gm)].flatMap(([, name, codes = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => `${code} ${name}`),
    );
    const known = Object.entries(grpcCodes).map(([code, number]) => `${code} ${status[number]}`);
    expect(rows.sort()).toEqual([...known, 'internal_error INTERNAL'].sort());
  });
});
