import { openSqliteReadModel, type ReadModel, type ReadModelOptions } from '@chargestream/read-model';
import type { Logger, Settings } from '@chargestream/service-kit';
import { dataFolder } from './data-folder';
import { refuseEmbedded } from './embedded-storage';
import type { OpenOptions } from './open-bus';
import { pemText } from './pem';

/** Loaded only where it is used. */
const POSTGRES: string = '@chargestream/read-model/postgres';
interface Postgres {
  openPostgresReadModel(
    options: ReadModelOptions & { url: string; poolSize?: number; ca?: string; logger?: Logger },
  ): Promise<ReadModel>;
}

/** The read model that the settings name: PostgreSQL, or the SQLite file of standalone. Migrates it where needed. */
export async function openReadModel({ service, settings, logger }: OpenOptions): Promise<ReadModel> {
  const messageLog = messageLogLimits(settings);
  if (settings.databaseUrl === '') {
    refuseEmbedded(service, 'DATABASE_URL');
    return openSqliteReadModel({ path: dataFolder(settings.dataDir).readModelPath, messageLog });
  }
  const { openPostgresReadModel } = (await import(POSTGRES)) as Postgres;
  const ca = pemText(settings.databaseCaFile);
  return openPostgresReadModel({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    messageLog,
    ...(ca !== undefined && { ca }),
    ...(logger && { logger }),
  });
}

function messageLogLimits({ messageLogMaxAgeDays, messageLogMaxPerCharger }: Settings) {
  return { maxAgeMs: messageLogMaxAgeDays * 86_400_000, maxPerCharger: messageLogMaxPerCharger };
}
