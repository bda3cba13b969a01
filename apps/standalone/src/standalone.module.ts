import { Module, type DynamicModule } from '@nestjs/common';
import { ApiModule } from '@chargestream/api';
import { ConnectModule } from '@chargestream/connect';
import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import { CoreModule } from '@chargestream/core';
import type { ReadModel } from '@chargestream/read-model';
import type { Health, Logger, Metrics, Settings } from '@chargestream/service-kit';

export interface StandaloneParts {
  bus: EventBus;
  store: EventStore;
  readModel: ReadModel;
  settings: Settings;
  logger: Logger;
  metrics: Metrics;
  health: Health;
}

/** The three services in one process. They share nothing but the bus, the store and the read model handed to them. */
@Module({})
export class StandaloneModule {
  static register(parts: StandaloneParts): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [CoreModule.register(parts), ApiModule.register(parts), ConnectModule.register(parts)],
    };
  }
}
