/** What of a stored event an upcaster may see and change. */
export interface RecordedFact {
  type: string;
  data: unknown;
  metadata: Record<string, unknown>;
}

/**
 * Lifts a stored fact of one version to the next, so that nothing but this ever sees the old shape. Pure: the same event must
 * look the same in every replay.
 */
export interface Upcaster {
  /** Type as it was stored. */
  type: string;
  /** The version it lifts from; what comes out is of the version after it. */
  from: number;
  /** May also give it another type. */
  up(fact: RecordedFact): { type: string; data: unknown };
}

/**
 * All upcasters there are. None is ever removed: events are stored for ever. docs/reference/compatibility.md says when one
 * is needed.
 */
export const UPCASTERS: readonly Upcaster[] = [];

/** The version in which a fact of this type is stored now. */
export function factVersion(type: string, upcasters: readonly Upcaster[] = UPCASTERS): number {
  return upcasters.filter((one) => one.type === type).reduce((version, { from }) => Math.max(version, from + 1), 1);
}

/**
 * A stored fact as it would be stored today.
 * @throws Error when it was stored by a later version of ChargeStream, which this one cannot understand
 */
export function upcast<Fact extends RecordedFact>(fact: Fact, upcasters: readonly Upcaster[] = UPCASTERS): Fact {
  let current = fact;
  for (;;) {
    const version = versionOf(current);
    const upcaster = upcasters.find(({ type, from }) => type === current.type && from === version);
    if (upcaster) current = lifted(current, upcaster);
    else if (version > factVersion(current.type, upcasters)) throw new Error(tooNew(current.type, version));
    else return current;
  }
}

/** Renamed: the new type begins with its own first version. */
function lifted<Fact extends RecordedFact>(fact: Fact, { from, up }: Upcaster): Fact {
  const { type, data } = up(fact);
  const schemaVersion = type === fact.type ? from + 1 : 1;
  return { ...fact, type, data, metadata: { ...fact.metadata, schemaVersion } };
}

function versionOf({ metadata }: RecordedFact): number {
  return typeof metadata.schemaVersion === 'number' ? metadata.schemaVersion : 1;
}

function tooNew(type: string, version: number): string {
  return `${type} was stored in version ${version}, which this version of ChargeStream cannot read: run a newer one`;
}
