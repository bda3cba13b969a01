import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { createLogger, Metrics, systemClock, type Health } from '@chargestream/service-kit';
import { OcppGateway } from './adapter/ocpp.gateway';
import { ConnectRuntime, type ConnectOptions } from './connect-runtime';

/** What a composition passes in; the rest has defaults. */
export type ConnectModuleOptions = Pick<ConnectOptions, 'bus' | 'settings'> &
  Partial<ConnectOptions> & {
    /** Told whether chargers can connect. */
    health?: Health;
  };

/**
 * Terminates OCPP. The application must be given the adapter before it is initialised:
 * `app.useWebSocketAdapter(new OcppWsAdapter(app))`. Closing the application drains; the bus stays open, it is the caller's.
 */
@Module({})
export class ConnectModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(ConnectRuntime) private readonly runtime: ConnectRuntime) {}

  static register(options: ConnectModuleOptions): DynamicModule {
    const complete = (): ConnectOptions => ({
      bus: options.bus,
      settings: options.settings,
      logger: options.logger ?? createLogger(options.settings),
      clock: options.clock ?? systemClock,
      metrics: options.metrics ?? new Metrics(),
      vendors: options.vendors ?? {},
      ...(options.mostUnacknowledged === undefined ? {} : { mostUnacknowledged: options.mostUnacknowledged }),
      ...(options.instanceHeartbeatMs === undefined ? {} : { instanceHeartbeatMs: options.instanceHeartbeatMs }),
    });
    const open = async () => {
      const runtime = await ConnectRuntime.open(complete());
      options.health?.register('ocpp', () => runtime.isAvailable);
      return runtime;
    };
    return {
      module: ConnectModule,
      providers: [{ provide: ConnectRuntime, useFactory: open }, OcppGateway],
      exports: [ConnectRuntime],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runtime.close();
  }
}
