import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import type { ReadModel } from '@chargestream/read-model';
import type { ServiceName } from '@chargestream/service-kit';
import type { Opened } from '../run/opened';
import type { ServiceContext } from '../run/run-service';
import { openBus } from './open-bus';
import { openReadModel } from './open-read-model';
import { openStore } from './open-store';
import { untilOpen } from './until-open';

/** One attempt of a service that waits; short, so that each leaves a line in the log. */
const ATTEMPT_MS = 10_000;
/** A probe that a database leaves unanswered for so long counts as failing. */
const PROBE_MS = 2_000;

/** Opens the parts of a service, each when it is there, and keeps its readiness told. */
export class Parts {
  constructor(
    private readonly service: ServiceName,
    private readonly context: ServiceContext,
    private readonly opened: Opened,
  ) {}

  async bus(): Promise<EventBus> {
    const bus = await this.whenThere('bus', () => openBus({ ...this.openOptions(), attemptMs: ATTEMPT_MS }));
    this.context.health.register('bus', () => bus.isAvailable());
    return bus;
  }

  /** @param options `isNeeded: false` where the service is of use without it. */
  async store(options: { isNeeded: boolean } = { isNeeded: true }): Promise<EventStore> {
    const store = await this.whenThere('store', () => openStore(this.openOptions()));
    this.context.health.register('store', () => store.isAvailable(), options);
    return store;
  }

  async readModel(): Promise<ReadModel> {
    const readModel = await this.whenThere('read-model', () => openReadModel(this.openOptions()));
    this.context.health.register('read-model', () => answers(readModel));
    return readModel;
  }

  /** For a service that begins without it: opens it at each call until that has succeeded once. */
  readModelLater(): () => Promise<ReadModel> {
    let open: ReadModel | null = null;
    const { stopping, logger } = this.context;
    return async () => {
      if (open !== null) return open;
      const readModel = await openReadModel(this.openOptions());
      if (stopping.aborted) {
        await readModel.close();
        throw new Error('the service is stopping');
      }
      logger.info('read-model: open');
      return (open = this.opened.add(readModel));
    };
  }

  private openOptions() {
    const { settings, logger } = this.context;
    return { service: this.service, settings, logger };
  }

  private async whenThere<Part extends { close(): Promise<void> }>(
    name: string,
    open: () => Promise<Part>,
  ): Promise<Part> {
    const { logger, health, stopping } = this.context;
    return this.opened.add(await untilOpen(open, { name, signal: stopping, logger, health }));
  }
}

async function answers(readModel: ReadModel): Promise<boolean | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the database does not answer'), PROBE_MS);
  });
  try {
    return await Promise.race([
      readModel.checkpoint().then(
        () => true,
        () => 'the database cannot be reached',
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
