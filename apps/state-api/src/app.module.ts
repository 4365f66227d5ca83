import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  HealthController,
  JwtGuard,
  MetricsController,
  type ServiceContext,
  UnusedInputGuard,
} from '@nexus-state/nest-kit';
import { AgUiController } from './ag-ui/ag-ui.controller';
import { AdmissionGuard } from './access/admission.guard';
import { AuditController } from './audit/audit.controller';
import { AuditGuard } from './audit/audit.guard';
import { databaseOptions, providersOf } from './composition';
import { ContextController } from './context/context.controller';
import { ChangesGrpc } from './grpc/panels/changes.grpc';
import { PanelsGrpc } from './grpc/panels/panels.grpc';
import { ReadingsGrpc } from './grpc/panels/readings.grpc';
import { WatchGrpc } from './grpc/panels/watch.grpc';
import { KeysGrpc } from './grpc/keys/keys.grpc';
import { TransactKeysGrpc } from './grpc/keys/transact-keys.grpc';
import { WatchKeysGrpc } from './grpc/keys/watch-keys.grpc';
import { FeedController } from './feed/feed.controller';
import { GitController } from './git/git.controller';
import { KeyListController } from './keys/key-list.controller';
import { KeysController, ShortKeysController } from './keys/keys.controller';
import { WatchController } from './keys/watch.controller';
import { LocksController } from './locks/locks.controller';
import { BlameController } from './panels/blame.controller';
import { HistoryController } from './panels/history.controller';
import { PanelListController } from './panels/panel-list.controller';
import { PanelsController } from './panels/panels.controller';
import { QueryController } from './panels/query.controller';
import { RevertController } from './panels/revert.controller';
import { TransactionController } from './panels/transaction.controller';
import { RestoreController } from './snapshots/restore.controller';
import { SnapshotContentsController } from './snapshots/snapshot-contents.controller';
import { SnapshotJobsController } from './snapshots/snapshot-jobs.controller';
import { SnapshotsController } from './snapshots/snapshots.controller';
import { WorkspaceStateController } from './snapshots/workspace-state.controller';
import { ApprovalRulesController } from './proposals/approval-rules.controller';
import { ProposalsController } from './proposals/proposals.controller';
import { TurnsController } from './turns/turns.controller';
import { UndoController } from './turns/undo.controller';
import { McpController } from './mcp/mcp.controller';
import { MembersController } from './workspaces/members.controller';
import { WorkspacesController } from './workspaces/workspaces.controller';

/** The state API: REST and gRPC over the core. */
@Module({})
export class AppModule {
  /** The module of one process. */
  static with(service: ServiceContext): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(service.config))],
      controllers: [
        HealthController,
        MetricsController,
        FeedController,
        SnapshotsController,
        SnapshotJobsController,
        RestoreController,
        SnapshotContentsController,
        WorkspaceStateController,
        GitController,
        TurnsController,
        UndoController,
        ProposalsController,
        QueryController,
        ContextController,
        TransactionController,
        HistoryController,
        BlameController,
        AgUiController,
        RevertController,
        McpController,
        PanelListController,
        PanelsController,
        ApprovalRulesController,
        WorkspacesController,
        MembersController,
        KeyListController,
        KeysController,
        ShortKeysController,
        WatchController,
        LocksController,
        AuditController,
        ReadingsGrpc,
        PanelsGrpc,
        ChangesGrpc,
        WatchGrpc,
        KeysGrpc,
        TransactKeysGrpc,
        WatchKeysGrpc,
      ],
      providers: [
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_GUARD, useClass: AuditGuard },
        { provide: APP_GUARD, useClass: AdmissionGuard },
        { provide: APP_GUARD, useClass: UnusedInputGuard },
        ...providersOf(service),
      ],
    };
  }
}
