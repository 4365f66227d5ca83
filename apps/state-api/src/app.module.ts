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
import { AdmissionGuard } from './access/admission.guard';
import { databaseOptions, providersOf } from './composition';
import { FeedController } from './feed/feed.controller';
import { GitController } from './git/git.controller';
import { KeyListController } from './keys/key-list.controller';
import { KeysController, ShortKeysController } from './keys/keys.controller';
import { WatchController } from './keys/watch.controller';
import { LocksController } from './locks/locks.controller';
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
import { MembersController } from './workspaces/members.controller';
import { WorkspacesController } from './workspaces/workspaces.controller';

/** The state API: REST over the core. */
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
        QueryController,
        TransactionController,
        HistoryController,
        RevertController,
        PanelListController,
        PanelsController,
        WorkspacesController,
        MembersController,
        KeyListController,
        KeysController,
        ShortKeysController,
        WatchController,
        LocksController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_GUARD, useClass: AdmissionGuard },
        { provide: APP_GUARD, useClass: UnusedInputGuard },
        ...providersOf(service),
      ],
    };
  }
}
