import type { ChargingProfile } from './charging-profiles';
import type { LocalListEntry, LocalListUpdateType } from './local-lists';
import type { CertificateHash } from './maintenance-events';

/** Commands about a charger's local authorization list. */
export type LocalListCommand =
  | { kind: 'GET_LOCAL_LIST_VERSION' }
  | {
      kind: 'SEND_LOCAL_LIST';
      updateType: LocalListUpdateType;
      /** What the list has afterwards; positive. */
      version: number;
      entries: LocalListEntry[];
    };

export type ReservationCommand =
  | {
      kind: 'RESERVE';
      /** Positive 31-bit integer; one that the charger has already is replaced. */
      reservationId: number;
      /** On 1.6 the connectorId, 0 for any. Null: any. */
      evseId: number | null;
      /** Null: any connector of the EVSE. */
      connectorId: number | null;
      /** Personal data. */
      idToken: string;
      /** 2.x IdTokenEnumType. */
      idTokenType: string;
      /** 1.6 parentIdTag, 2.x groupIdToken. */
      groupId: string | null;
      /** ISO 8601 UTC. */
      expiresAt: string;
    }
  | { kind: 'CANCEL_RESERVATION'; reservationId: number };

export type ChargingProfileCommand =
  | {
      kind: 'SET_CHARGING_PROFILE';
      /** On 1.6 the connectorId; 0 is the whole charger. */
      evseId: number;
      profile: ChargingProfile;
      /** Of `TxProfile`s: as on the wire. Null for all others. */
      transactionId: string | null;
    }
  /** What is null does not matter; all of it null clears everything. */
  | {
      kind: 'CLEAR_CHARGING_PROFILE';
      chargingProfileId: number | null;
      evseId: number | null;
      purpose: ChargingProfile['purpose'] | null;
      stackLevel: number | null;
    }
  | { kind: 'GET_COMPOSITE_SCHEDULE'; evseId: number; durationS: number; unit: 'A' | 'W' | null };

interface Transfer {
  /** URL. */
  location: string;
  /** Null: the charger decides. */
  retries: number | null;
  /** Seconds; null: the charger decides. */
  retryIntervalS: number | null;
}

export type MaintenanceCommand =
  | (Transfer & {
      kind: 'UPDATE_FIRMWARE';
      /** ISO 8601 UTC: not before. */
      retrieveAt: string;
      /** ISO 8601 UTC: not before; null: at once. Not of unsigned firmware on 1.6. */
      installAt: string | null;
      /** PEM. With it and `signature`, 1.6 chargers get SignedUpdateFirmware. */
      signingCertificate: string | null;
      /** Base64. */
      signature: string | null;
    })
  | (Transfer & {
      kind: 'GET_LOGS';
      logType: 'DIAGNOSTICS' | 'SECURITY';
      /** ISO 8601 UTC; null: from the oldest. */
      oldestAt: string | null;
      /** ISO 8601 UTC; null: to the newest. */
      newestAt: string | null;
      /** On 1.6: GetLog also for diagnostics, which otherwise are asked for by GetDiagnostics. */
      useGetLog?: boolean;
    });

export type CertificateCommand =
  | {
      kind: 'INSTALL_CERTIFICATE';
      /** As the charger's version spells it, e.g. 1.6 `CentralSystemRootCertificate`. */
      certificateType: string;
      /** PEM. */
      certificate: string;
    }
  | { kind: 'DELETE_CERTIFICATE'; certificate: CertificateHash }
  | {
      kind: 'GET_INSTALLED_CERTIFICATES';
      /** 1.6 takes exactly one; on 2.x none asks for all. */
      certificateTypes: string[];
    }
  | {
      kind: 'SEND_SIGNED_CERTIFICATE';
      /** PEM, the charger's own first. */
      certificateChain: string;
    };
