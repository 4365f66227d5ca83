import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SnapshotJobResponse } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal } from '@nexus-state/nest-kit';
import { type OpenWorkspace, Snapshots } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { jobResponse } from './job-response';

/** The jobs that take and push snapshots. */
@ApiTags('snapshots')
@Controller('api/snapshots/:workspaceId/jobs')
export class SnapshotJobsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get(':jobId')
  @Endpoint({
    summary: 'Read the status of a snapshot or push job',
    scope: 'state:read',
    responses: { 200: { description: 'The current status of the job.', shape: SnapshotJobResponse } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('jobId') jobId: string,
  ): Promise<SnapshotJobResponse> {
    return jobResponse(await this.snapshots.readJob({ workspace, jobId }));
  }
}
