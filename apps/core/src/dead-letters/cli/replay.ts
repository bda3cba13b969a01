import type { CompactedTable, EventBus } from '@chargestream/event-bus';
import { readLetter, replayRecord, type Letter } from '../letter';
import { REPLAYED_TOPICS, type Replay } from './letters';

export interface ReplayOutcome {
  handled: Letter[];
  /** With the new error. */
  cameBack: Letter[];
  /** Behind one that came back. */
  waiting: Letter[];
  /** Core has not said what became of them. */
  unknown: Letter[];
}

/**
 * Hands letters to core again. Nothing is taken away here: each stays until core has handled it, and then core takes it
 * away, or puts it back with the new error. Dying at any moment therefore loses nothing, and replaying again is harmless.
 */
export async function publishReplays(bus: EventBus, replays: readonly Replay[], attempt: string): Promise<void> {
  const foreign = replays.find(({ first }) => !REPLAYED_TOPICS.includes(first.record.topic));
  if (foreign !== undefined) throw new Error(`${foreign.first.record.topic} is no topic that core reads.`);
  await bus.publish(replays.map(({ first }) => replayRecord(first, attempt)));
}

/**
 * Waits until core has told of each letter, or nothing has happened for `timeoutMs`. `after` calls back after so many
 * milliseconds and returns what prevents it.
 */
export async function outcomeOf(
  table: CompactedTable,
  replays: readonly Replay[],
  attempt: string,
  timeoutMs: number,
  after: (ms: number, run: () => void) => () => void,
): Promise<ReplayOutcome> {
  const undecided = new Set(replays);
  const outcome: ReplayOutcome = { handled: [], cameBack: [], waiting: [], unknown: [] };
  const look = (replay: Replay) => {
    const now = replay.letters.map(({ id }) => currentOf(table, id));
    const back = now.find((letter) => letter?.attempt === attempt);
    if (back === undefined && now.some((letter) => letter !== null)) return;
    undecided.delete(replay);
    for (const [index, letter] of replay.letters.entries()) {
      const left = now[index] ?? null;
      if (left === null) outcome.handled.push(letter);
      else (left === back ? outcome.cameBack : outcome.waiting).push(left);
    }
  };
  await new Promise<void>((resolve) => {
    let cancel = after(timeoutMs, resolve);
    const done = () => {
      cancel();
      resolve();
    };
    const byLetter = new Map(replays.flatMap((replay) => replay.letters.map(({ id }) => [id, replay] as const)));
    table.onChange((id) => {
      const replay = byLetter.get(id);
      if (replay === undefined || !undecided.has(replay)) return;
      cancel();
      cancel = after(timeoutMs, resolve);
      look(replay);
      if (undecided.size === 0) done();
    });
    for (const replay of [...undecided]) look(replay);
    if (undecided.size === 0) done();
  });
  for (const { letters } of undecided) {
    for (const letter of letters) {
      if (currentOf(table, letter.id) === null) outcome.handled.push(letter);
      else outcome.unknown.push(letter);
    }
  }
  return outcome;
}

function currentOf(table: CompactedTable, id: string): Letter | null {
  const entry = table.get(id);
  return entry === undefined ? null : readLetter(entry);
}
