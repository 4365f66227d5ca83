import { Body, Controller, Delete, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcquireLockRequest, LockHeld, ReleaseLockRequest, RenewLockRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, goneSignal } from '@nexus-state/nest-kit';
import { Locks, lockKey } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { HasNoState } from '../audit/audited';

/** Locks of the caller's, with fencing tokens. */
@ApiTags('locks')
@Controller('api/locks/:name')
@HasNoState()
export class LocksController {
  constructor(private readonly locks: Locks) {}

  @Post()
  @Endpoint({
    summary: 'Take a lock, or wait for it',
    scope: 'state:write',
    body: { 'application/json': AcquireLockRequest },
    responses: {
      201: { description: 'The lock is held until `expiresAt`, unless it is renewed.', shape: LockHeld },
    },
    problems: ['locked', 'invalid_id'],
  })
  acquire(
    @Caller() { subject }: Principal,
    @Param('name') name: string,
    @Body(new ShapePipe(AcquireLockRequest)) { ttlMs, waitMs = 0 }: AcquireLockRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LockHeld> {
    return this.locks.acquire({ lock: lockKey(subject, name), ttlMs, waitMs, signal: goneSignal(reply) });
  }

  @Put()
  @Endpoint({
    summary: 'Hold a lock for longer',
    scope: 'state:write',
    body: { 'application/json': RenewLockRequest },
    responses: { 200: { description: 'The lock is held until `expiresAt`.', shape: LockHeld } },
    problems: ['lock_lost', 'invalid_id'],
  })
  renew(
    @Caller() { subject }: Principal,
    @Param('name') name: string,
    @Body(new ShapePipe(RenewLockRequest)) { token, ttlMs }: RenewLockRequest,
  ): Promise<LockHeld> {
    return this.locks.renew({ lock: lockKey(subject, name), token, ttlMs });
  }

  @Delete()
  @HttpCode(204)
  @Endpoint({
    summary: 'Give a lock back',
    scope: 'state:write',
    body: { 'application/json': ReleaseLockRequest },
    responses: { 204: { description: 'The lock is free, or goes to the one who has waited for longest.' } },
    problems: ['lock_lost', 'invalid_id'],
  })
  release(
    @Caller() { subject }: Principal,
    @Param('name') name: string,
    @Body(new ShapePipe(ReleaseLockRequest)) { token }: ReleaseLockRequest,
  ): Promise<void> {
    return this.locks.release({ lock: lockKey(subject, name), token });
  }
}
