import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PanelList, PanelListParams } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';

const defaultLimit = 100;

/** The panels of a workspace. */
@ApiTags('panels')
@Controller('api/state/:workspaceId')
export class PanelListController {
  constructor(private readonly core: StateCore) {}

  @Get()
  @Endpoint({
    summary: 'List the panels of a workspace, by id: now, or as they were at a revision',
    scope: 'state:read',
    query: PanelListParams,
    responses: {
      200: { description: 'A page of panels; empty for a workspace without panels.', shape: PanelList },
    },
    problems: [],
  })
  @Audited('list')
  @NeedsAccess('read')
  async list(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(PanelListParams, { coerce: true })) params: PanelListParams,
  ): Promise<PanelList> {
    const { workspaceId } = workspace;
    const { limit = defaultLimit, cursor, revision } = params;
    const visible = caller.paths.panelsOf(workspaceId);
    const page = await this.core.listPanels({ workspace, limit, cursor, visible, revision });
    return { workspaceId, ...page };
  }
}
