import type { ChargerCommand, CommandKind, ProtocolVersion } from '@chargestream/contracts';

/** A CALL to a charger. Key order is the specification's; what is absent stays absent. */
export interface OutboundCall {
  action: string;
  payload: Record<string, unknown>;
}

export interface TranslationContext {
  version: ProtocolVersion;
  /** For requests whose answers come in messages of their own; positive 31-bit, derived from the commandId. */
  requestId: number;
}

/** The CALLs, one after the other; or a sentence that says why this charger cannot be asked for that. */
export type Translation = { ok: true; calls: OutboundCall[] } | { ok: false; sentence: string };

export type CommandOf<Kind extends CommandKind> = Extract<ChargerCommand, { kind: Kind }>;
export type Translator<Kind extends CommandKind> = (
  command: CommandOf<Kind>,
  context: TranslationContext,
) => Translation;

export function calls(...outbound: OutboundCall[]): Translation {
  return { ok: true, calls: outbound };
}

export function impossible(sentence: string): Translation {
  return { ok: false, sentence };
}

/** `{}` for null and undefined, so that optional fields stay absent. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): Partial<Record<Name, Value>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** On 1.6 the connector is what the vocabulary calls the EVSE. */
export function connectorOf16(evseId: number | null, connectorId: number | null): number | null {
  return evseId ?? connectorId;
}

/** 2.x EVSEType; null when the command is for the whole station. */
export function evseOf2(
  evseId: number | null,
  connectorId: number | null,
): { id: number; connectorId?: number } | null {
  return evseId === null ? null : { id: evseId, ...optional('connectorId', connectorId) };
}
