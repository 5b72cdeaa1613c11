import { type DynamicModule, Module } from '@nestjs/common';

import { BackupModule } from './backup/index.js';
import { BundlesModule } from './bundles/index.js';
import { type Environment, RingletConfigModule } from './config/index.js';
import { ConflictsModule } from './conflicts/index.js';
import { DashboardModule } from './dashboard/index.js';
import { DiscoveryModule } from './discovery/index.js';
import { DocsModule } from './docs/index.js';
import { FilesModule } from './files/index.js';
import { HealthModule } from './health/index.js';
import { HttpModule } from './http/index.js';
import { IslandsModule } from './islands/index.js';
import { MetricsModule } from './metrics/index.js';
import { ObjectsModule } from './objects/index.js';
import { RingModule } from './ring/index.js';
import { WatchModule } from './watch/index.js';

/** All features of one server. Each is a module of its own; only the configuration is global to them. */
@Module({})
export class AppModule {
  /** @throws ConfigError */
  static forEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        RingletConfigModule.forEnvironment(environment),
        RingModule,
        DiscoveryModule,
        HttpModule,
        ObjectsModule,
        BundlesModule,
        IslandsModule,
        ConflictsModule,
        WatchModule,
        BackupModule,
        FilesModule,
        HealthModule,
        MetricsModule,
        DocsModule,
        DashboardModule,
      ],
    };
  }
}
