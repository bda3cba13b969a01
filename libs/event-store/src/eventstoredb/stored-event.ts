import type { ResolvedEvent, RecordedEvent } from '@eventstore/db-client';
import type { StoredEvent } from '../port';
import { formatPosition } from './position';

/** Null for what is none of ours: a link whose event is gone, or bytes that are no JSON. */
export function storedEvent(resolved: ResolvedEvent): StoredEvent | null {
  const { event } = resolved;
  if (event === undefined || !event.isJson) return null;
  const position = positionOf(resolved, event);
  if (position === undefined) return null;
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata: (event.metadata ?? {}) as Record<string, unknown>,
    stream: event.streamId,
    revision: Number(event.revision),
    position: formatPosition(position),
    storedAt: event.created.toISOString(),
  };
}

function positionOf(resolved: ResolvedEvent, event: RecordedEvent) {
  if (event.position !== undefined) return event.position;
  const { commitPosition: commit } = resolved;
  return commit === undefined ? undefined : { commit, prepare: commit };
}
