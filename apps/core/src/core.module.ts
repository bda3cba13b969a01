import {
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { startCore, type CoreOptions, type RunningCore } from './start-core';

/** Runs core with the application: started when it is ready, closed when it shuts down. */
@Injectable()
export class CoreRuntime implements OnApplicationBootstrap, OnApplicationShutdown {
  private running: RunningCore | undefined;

  constructor(private readonly options: CoreOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    this.running = await startCore(this.options);
  }

  /** Resolves when everything on the bus at the call is stored and shown. */
  async caughtUp(): Promise<void> {
    await this.running?.caughtUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.running?.close();
  }
}

@Module({})
export class CoreModule {
  static register(options: CoreOptions): DynamicModule {
    return {
      module: CoreModule,
      providers: [{ provide: CoreRuntime, useFactory: () => new CoreRuntime(options) }],
      exports: [CoreRuntime],
    };
  }
}
