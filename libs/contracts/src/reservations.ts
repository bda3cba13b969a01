/** Stream `reservation-{tenant}.{reservationId}`; the charger is in the metadata. Personal data. */
export type ReservationFact =
  | { type: 'ReservationRequested'; data: ReservationRequested }
  /** The charger holds it. */
  | { type: 'ReservationConfirmed'; data: { reservationId: number; commandId: string } }
  | {
      type: 'ReservationRefused';
      data: {
        reservationId: number;
        commandId: string;
        /** The charger's word (`Faulted`, `Occupied`, `Rejected`, `Unavailable`), or the command's outcome when it gave none. */
        status: string;
      };
    }
  | {
      type: 'ReservationCancelled';
      data: {
        reservationId: number;
        /** Of the CancelReservation; null when the charger took it away by itself. */
        commandId: string | null;
      };
    }
  /** A session began with it. */
  | { type: 'ReservationUsed'; data: { reservationId: number; sessionId: string } }
  | {
      type: 'ReservationExpired';
      data: {
        reservationId: number;
        /** ISO 8601 UTC. */
        expiredAt: string;
      };
    };

/** Comes again for the same id when a later ReserveNow replaces it (1.6 §5.13). */
export interface ReservationRequested {
  /** As on the wire: positive 31-bit integer. */
  reservationId: number;
  /** On 1.6 the connectorId; 0: any connector of the charger. Null: any EVSE (2.x). */
  evseId: number | null;
  /** Null: any connector of the EVSE. */
  connectorId: number | null;
  idToken: string;
  /** 2.x IdTokenEnumType; null when it is not known. */
  idTokenType: string | null;
  /** 1.6 parentIdTag, 2.x groupIdToken: whoever belongs to it may use the reservation too. Null when there is none. */
  groupId: string | null;
  /** ISO 8601 UTC. */
  expiresAt: string;
  /** UUID of the ReserveNow. */
  commandId: string;
}
