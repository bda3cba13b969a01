import { overridden } from '../overridden';
import {
  ContractViolationError,
  openContracts,
  type CheckedFact,
  type CheckedRecord,
  type Contracts,
} from './contracts';

export interface ValidatingOptions {
  /** Default: those of this checkout, compiled as they are needed. */
  contracts?: Contracts;
  /** Told of each violation before it is thrown: who publishes may have reasons to carry on. */
  onViolation?: (violation: ContractViolationError) => void;
}

interface PublishingBus {
  publish(records: readonly CheckedRecord[]): Promise<unknown>;
  publishAtomically(writer: string, records: readonly CheckedRecord[]): Promise<unknown>;
}

interface AppendingStore {
  append(stream: string, events: readonly CheckedFact[], expected: never): Promise<unknown>;
}

/** The same bus, which takes no record that is against its contract: `publish` rejects with ContractViolationError. */
export function validatingBus<Bus>(bus: Bus & PublishingBus, options: ValidatingOptions = {}): Bus {
  const { contracts = ofThisCheckout() } = options;
  const check = (records: readonly CheckedRecord[]) =>
    refuse(
      records.flatMap((record) => contracts.problemsOfRecord(record)),
      options,
    );
  return overridden<Bus>(bus, {
    publish: (records: readonly CheckedRecord[]) => check(records) ?? bus.publish(records),
    publishAtomically: (writer: string, records: readonly CheckedRecord[]) =>
      check(records) ?? bus.publishAtomically(writer, records),
  });
}

/** The same store, which takes no fact that is against its contract. */
export function validatingStore<Store>(store: Store & AppendingStore, options: ValidatingOptions = {}): Store {
  const { contracts = ofThisCheckout() } = options;
  return overridden<Store>(store, {
    append: (stream: string, events: readonly CheckedFact[], expected: never) =>
      refuse(
        events.flatMap((event) => contracts.problemsOfFact(stream, event)),
        options,
      ) ?? store.append(stream, events, expected),
  });
}

let shared: Contracts | null = null;

/** Compiled once for all who use it: a schema takes some ten milliseconds. */
function ofThisCheckout(): Contracts {
  return (shared ??= openContracts());
}

/** Null when all is well: the call goes on at once then, and calls keep their order. */
function refuse(problems: readonly string[], { onViolation }: ValidatingOptions): Promise<never> | null {
  if (problems.length === 0) return null;
  const violation = new ContractViolationError(problems);
  onViolation?.(violation);
  return Promise.reject(violation);
}
