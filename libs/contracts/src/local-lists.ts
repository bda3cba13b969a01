import type { TokenStatus } from './intents';

/** One token of a charger's local authorization list. Personal data. */
export interface LocalListEntry {
  idToken: string;
  /** 2.x IdTokenEnumType; null when it is not known. */
  type: string | null;
  /** Null takes the token off the list (differential updates only). */
  status: TokenStatus | null;
  /** ISO 8601 UTC; null never expires. */
  expiresAt: string | null;
  /** 1.6 parentIdTag, 2.x groupIdToken; null when it has none. */
  groupId: string | null;
}

export type LocalListUpdateType = 'FULL' | 'DIFFERENTIAL';

/** Stream `local-list-{tenant}.{charger}`: what the charger's list is believed to hold. */
export type LocalListFact =
  /** The charger took an update. */
  | {
      type: 'LocalListChanged';
      data: { version: number; updateType: LocalListUpdateType; entries: LocalListEntry[]; commandId: string };
    }
  /** The charger did not take an update. */
  | {
      type: 'LocalListRefused';
      data: {
        version: number;
        updateType: LocalListUpdateType;
        /** The charger's word: `VersionMismatch`, `Failed`, `NotSupported`. */
        status: string;
        commandId: string;
        /** The full update that core sends in its place; null when it sends none. */
        resentAs: string | null;
      };
    }
  /** The charger told a version other than the one believed in: what its list holds is not known. */
  | {
      type: 'LocalListVersionCorrected';
      data: {
        /** 1.6 §5.10: 0 is an empty list, -1 that the charger keeps none. */
        version: number;
      };
    };
