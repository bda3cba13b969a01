import type { OcppVersion } from '../versions';

/** Facts about one message of one version, from schemas/ocpp/manifest.json. */
export interface MessageInfo {
  readonly version: OcppVersion;
  readonly action: string;
  /** Who may send the request: the charging station (CS), the CSMS, or both. */
  readonly direction: 'CS->CSMS' | 'CSMS->CS' | 'both';
  /** 1.6: the feature profile. 2.x: the letter of the functional block. */
  readonly block: string;
  readonly blockName: string;
  /** 1.6 only: from the security whitepaper, not from the base specification. */
  readonly securityExtension: boolean;
  /** 2.1 sends NotifyPeriodicEventStream as a SEND, which has no response. */
  readonly rpc: 'CALL' | 'SEND';
}
