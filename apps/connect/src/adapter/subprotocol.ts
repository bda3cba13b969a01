import type { ProtocolVersion } from '@chargestream/contracts';

const VERSIONS: ReadonlyMap<string, ProtocolVersion> = new Map([
  ['ocpp1.6', '1.6'],
  ['ocpp2.0.1', '2.0.1'],
  ['ocpp2.1', '2.1'],
]);

export interface Negotiated {
  subprotocol: string;
  version: ProtocolVersion;
}

/** OCPP-J: the first of the charger's list that we speak; it stands in the charger's order of preference. */
export function negotiate(header: string | undefined): Negotiated | null {
  for (const offered of (header ?? '').split(',')) {
    const subprotocol = offered.trim();
    const version = VERSIONS.get(subprotocol);
    if (version) return { subprotocol, version };
  }
  return null;
}

export const SPOKEN_SUBPROTOCOLS = [...VERSIONS.keys()].join(', ');
