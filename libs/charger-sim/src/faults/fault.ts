/** Something a charger does wrong because it was told to. */
export type Fault =
  /** Answers a command with its schema's refusal (Rejected, Failed…), or CALLERROR where `code` is given or the schema has none. */
  | { kind: 'refuse'; code?: 'InternalError' | 'NotImplemented' | 'NotSupported' | 'GenericError' }
  /** Never answers a command; never sends a message of its own (one of the queue is tried again). */
  | { kind: 'ignore' }
  /** Answers, or sends, so many real milliseconds later. */
  | { kind: 'late'; delayMs: number }
  /** Answers, or sends, what the schema forbids. */
  | { kind: 'bad'; payload?: unknown }
  /** Cuts the socket instead of answering, or right after sending. `doing` carries the command out before. */
  | { kind: 'drop'; doing?: boolean }
  /** Answers, or sends, once more with the same messageId. */
  | { kind: 'repeat' };

/** A fault and when it strikes. */
export type FaultOrder = Fault & {
  /** As OCPP spells it, of a command or of a message of the charger; '*' is every one. */
  action: string;
  /** How often; until taken back unless given. */
  times?: number;
  /** 0..1, drawn from the charger's seeded randomness; 1 unless given. */
  chance?: number;
};

export const FAULT_KINDS = ['refuse', 'ignore', 'late', 'bad', 'drop', 'repeat'] as const satisfies Fault['kind'][];
