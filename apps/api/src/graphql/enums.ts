import { registerEnumType } from '@nestjs/graphql';

/** An enum whose every value is explained. */
export function describedEnum<Name extends string>(name: string, description: string, values: Record<Name, string>) {
  const names = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as { [N in Name]: N };
  const valuesMap = Object.fromEntries(
    Object.entries<string>(values).map(([value, text]) => [value, { description: text }]),
  ) as Record<Name, { description: string }>;
  registerEnumType(names, { name, description, valuesMap });
  return names;
}

export const Connectivity = describedEnum('Connectivity', 'Whether a charger has an OCPP connection.', {
  ONLINE: 'It has a connection.',
  OFFLINE: 'It has none.',
});

export const Registration = describedEnum('Registration', 'What a charger is told at BootNotification.', {
  ACCEPTED: 'It may work.',
  PENDING: 'It must wait; only configuration is exchanged.',
  REJECTED: 'It is refused.',
});

export const SessionState = describedEnum('SessionState', 'Whether a session is under way.', {
  ACTIVE: 'The transaction is running, as far as we know.',
  ENDED: 'A closed book: only corrections follow.',
});

export const CommandState = describedEnum('CommandState', 'How far a command has come. The last seven are final.', {
  REQUESTED: 'Stored; not yet sent to the charger.',
  SENT: 'Written to the socket of the charger.',
  ACCEPTED: 'The charger agreed.',
  REJECTED: 'The charger refused; see `response`.',
  FAILED: 'The charger answered with an error, or the command could not be put into its version of OCPP.',
  TIMED_OUT: 'The charger did not answer in time; it may have done it.',
  OFFLINE: 'The charger had no connection.',
  EXPIRED: 'It was not sent before `expiresAt`.',
  UNKNOWN: 'The connection broke before the charger answered: it may have done it; see `bootedSince`.',
});

export const CommandKind = describedEnum('CommandKind', 'What was asked, whatever the version of OCPP.', {
  START_CHARGING: 'startCharging',
  STOP_CHARGING: 'stopCharging',
  UNLOCK_CONNECTOR: 'unlockConnector',
  RESET_CHARGER: 'resetCharger',
  SET_AVAILABILITY: 'setAvailability',
  TRIGGER_MESSAGE: 'triggerMessage',
  GET_CONFIGURATION: 'getConfiguration',
  SET_CONFIGURATION: 'setConfiguration',
  CLEAR_CACHE: 'clearCache',
  DATA_TRANSFER: 'dataTransfer',
  GET_LOCAL_LIST_VERSION: 'getLocalListVersion',
  SEND_LOCAL_LIST: 'sendLocalList',
  RESERVE: 'reserve',
  CANCEL_RESERVATION: 'cancelReservation',
  SET_CHARGING_PROFILE: 'setChargingProfile',
  CLEAR_CHARGING_PROFILE: 'clearChargingProfile',
  GET_COMPOSITE_SCHEDULE: 'getCompositeSchedule',
  UPDATE_FIRMWARE: 'updateFirmware',
  GET_LOGS: 'getLogs',
  INSTALL_CERTIFICATE: 'installCertificate',
  DELETE_CERTIFICATE: 'deleteCertificate',
  GET_INSTALLED_CERTIFICATES: 'getInstalledCertificates',
  SEND_SIGNED_CERTIFICATE: 'A certificate that a charger asked for.',
  CALL_CHARGER: 'callCharger',
});

export const TokenStatus = describedEnum('TokenStatus', 'What a token is worth.', {
  ACCEPTED: 'It may charge.',
  BLOCKED: 'It is blocked.',
  EXPIRED: 'It has expired.',
  INVALID: 'It is not valid.',
});

export const TokenConcurrency = describedEnum('TokenConcurrency', 'Whether a token may have several transactions.', {
  ALLOW: 'As many at once as it likes.',
  DENY: 'One at a time: the start of another is answered ConcurrentTx.',
});

export const ResetType = describedEnum('ResetType', 'When a charger resets.', {
  IMMEDIATE: 'At once; running transactions are stopped (1.6: Hard).',
  ON_IDLE: 'When no transaction runs (1.6: Soft, which stops transactions in an orderly way).',
});

export const Availability = describedEnum('Availability', 'Whether something may be used.', {
  OPERATIVE: 'It may be used.',
  INOPERATIVE: 'It is out of use.',
});

export const Direction = describedEnum('Direction', 'Which way a frame went, seen from us.', {
  IN: 'From the charger.',
  OUT: 'To the charger.',
});

export const ReservationState = describedEnum('ReservationState', 'What is known of a reservation.', {
  REQUESTED: 'Asked for; whether the charger holds it is not known yet, see `note`.',
  ACTIVE: 'The charger holds it.',
  REFUSED: 'The charger did not take it; see `refusal`.',
  CANCELLED: 'It was cancelled, or the charger could not keep it.',
  USED: 'A session began with it.',
  EXPIRED: 'Its time ran out.',
});
