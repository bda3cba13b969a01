/** The versions of OCPP-J this codec speaks. */
export type OcppVersion = '1.6' | '2.0.1' | '2.1';

export const OCPP_VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];

/** Names of the WebSocket subprotocols, as registered with IANA. */
export const OCPP_SUBPROTOCOLS: Record<OcppVersion, string> = {
  '1.6': 'ocpp1.6',
  '2.0.1': 'ocpp2.0.1',
  '2.1': 'ocpp2.1',
};

/** @returns undefined for a subprotocol we do not speak. */
export function versionOfSubprotocol(subprotocol: string): OcppVersion | undefined {
  return OCPP_VERSIONS.find((version) => OCPP_SUBPROTOCOLS[version] === subprotocol);
}
