import { openSqliteReadModel, type ReadModel } from '@chargestream/read-model';
import type { Settings } from '@chargestream/service-kit';
import { dataFolder } from './data-folder';
import { refuseEmbedded } from './embedded-storage';
import type { OpenOptions } from './open-bus';
import { pemText } from './pem';

/** The read model that the settings name: PostgreSQL, or the SQLite file of standalone. Migrates it where needed. */
export async function openReadModel({ service, settings, logger }: OpenOptions): Promise<ReadModel> {
  const messageLog = messageLogLimits(settings);
  if (settings.databaseUrl === '') {
    refuseEmbedded(service, 'DATABASE_URL');
    return openSqliteReadModel({ path: dataFolder(settings.dataDir).readModelPath, messageLog });
  }
  // Loaded only where it is used.
  const { openPostgresReadModel } = await import('@chargestream/read-model/postgres');
  const ca = pemText(settings.databaseCaFile);
  return openPostgresReadModel({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    messageLog,
    ...(ca !== undefined && { ca }),
    ...(logger && { logger }),
  });
}

function messageLogLimits(settings: Settings) {
  return {
    maxAgeMs: settings.messageLogMaxAgeDays * 86_400_000,
    maxPerCharger: settings.messageLogMaxPerCharger,
    maxBytesPerCharger: settings.messageLogMaxMbPerCharger * 1_000_000,
  };
}
