import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { typesOf } from './tables';

/** Which session a frame is about, and its size; frames from before have neither. */
export const messageLogSessions = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const type = typesOf(dialect);
    await db.schema.alterTable('ocpp_messages').addColumn('session_id', type('text')).execute();
    await db.schema.alterTable('ocpp_messages').addColumn('bytes', type('integer')).execute();
  },
});
