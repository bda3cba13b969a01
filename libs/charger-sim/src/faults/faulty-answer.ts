import type { CallOutcome, InboundCall } from '@chargestream/ocpp';
import { pause, type Clock } from '../clock';
import type { OcppVersionName } from '../journal';
import type { Faults } from './faults';
import { refusalOf } from './refusal';

/** A payload no schema of any version allows. */
export const BAD_PAYLOAD = { status: 42, unasked: { by: 'anybody' } } as const;

export interface FaultyWire {
  version: OcppVersionName;
  clock: Clock;
  /** Sends a frame as it is. */
  text(frame: string): void;
  /** Cuts the connection without a word. */
  terminate(): void;
}

/** Answers a command, or does the wrong thing that was ordered. */
export async function faultyAnswer(
  faults: Faults,
  wire: FaultyWire,
  call: InboundCall,
  answer: () => CallOutcome | Promise<CallOutcome>,
): Promise<CallOutcome> {
  const fault = faults.strike(call.action);
  switch (fault?.kind) {
    case undefined:
      return answer();
    case 'refuse':
      return refusalOf(wire.version, call.action, fault.code);
    case 'ignore':
      return { kind: 'none' };
    case 'late':
      await pause(wire.clock, fault.delayMs);
      return answer();
    case 'bad':
      return { kind: 'result', payload: fault.payload ?? BAD_PAYLOAD };
    case 'drop':
      if (fault.doing) await answer();
      wire.terminate();
      return { kind: 'none' };
    case 'repeat': {
      const outcome = await answer();
      if (outcome.kind === 'result') {
        const frame = JSON.stringify([3, call.messageId, outcome.payload]);
        wire.clock.after(0, () => wire.text(frame));
      }
      return outcome;
    }
  }
}
