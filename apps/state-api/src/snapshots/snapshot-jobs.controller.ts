import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SnapshotJobAnswer } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal } from '@nexus-state/nest-kit';
import { type OpenWorkspace, Snapshots } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { jobAnswer } from './job-answer';

/** The jobs that take and push snapshots. */
@ApiTags('snapshots')
@Controller('api/snapshots/:workspaceId/jobs')
export class SnapshotJobsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get(':jobId')
  @Endpoint({
    summary: 'Read how a job is doing that takes or pushes a snapshot',
    scope: 'state:read',
    answers: { 200: { description: 'The job as it is now.', shape: SnapshotJobAnswer } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('jobId') jobId: string,
  ): Promise<SnapshotJobAnswer> {
    return jobAnswer(await this.snapshots.readJob({ workspace, jobId }));
  }
}
