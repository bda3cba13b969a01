import type { Position } from '@eventstore/db-client';

/** As `commit/prepare`. */
export function formatPosition({ commit, prepare }: Position): string {
  return `${commit}/${prepare}`;
}

/** @throws RangeError when it is no position of EventStoreDB */
export function parsePosition(text: string): Position {
  const [, commit, prepare] = /^(\d{1,20})\/(\d{1,20})$/.exec(text) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new RangeError(`"${text}" is no position of this event store: start from null, or from one it gave out.`);
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}

/** Negative when a lies before b. */
export function comparePositions(a: Position, b: Position): number {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1;
  return 0;
}
