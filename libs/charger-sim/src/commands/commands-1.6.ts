import { ACCEPTED, firstLimitW, REJECTED, resetNow, trigger, verdict, type Command } from './command-target';

const triggerMessage: Command = (charger, { requestedMessage, connectorId }) => ({
  status: trigger(charger, String(requestedMessage), connectorId as number | undefined),
});

/** Answers of a 1.6 charger that depend on what it is doing. */
export const COMMANDS_16: Readonly<Record<string, Command>> = {
  RemoteStartTransaction: (charger, { connectorId, idTag }) =>
    verdict(charger.startRemotely({ connectorId: connectorId as number | undefined, idToken: String(idTag) })),

  RemoteStopTransaction: (charger, { transactionId }) => {
    const session = charger.sessionOf(transactionId as number);
    if (!session) return REJECTED;
    charger.later(() => session.stop('remote'));
    return ACCEPTED;
  },

  Reset: (charger, { type }) => resetNow(charger, type === 'Hard'),

  UnlockConnector: (charger, { connectorId }) => {
    // 1.6 §5.18: NotSupported is the answer for an unknown connector, too.
    if (!charger.connectorIds.includes(connectorId as number)) return { status: 'NotSupported' };
    const session = charger.sessionAt(connectorId as number);
    if (session) charger.later(() => session.stop('unlock'));
    return { status: 'Unlocked' };
  },

  ChangeAvailability: (charger, { connectorId, type }) => {
    const id = connectorId as number;
    if (id !== 0 && !charger.connectorIds.includes(id)) return REJECTED;
    return charger.setAvailability(id, type === 'Operative') ? { status: 'Scheduled' } : ACCEPTED;
  },

  GetConfiguration: (charger, { key }) => charger.configuration.getConfiguration((key as string[] | undefined) ?? []),

  ChangeConfiguration: (charger, { key, value }) => ({
    status: charger.configuration.set(String(key), String(value)),
  }),

  TriggerMessage: triggerMessage,
  ExtendedTriggerMessage: triggerMessage,

  ReserveNow: (charger, { reservationId, connectorId, idTag }) =>
    charger.reserve(reservationId as number, connectorId as number, String(idTag)) ? ACCEPTED : { status: 'Occupied' },

  CancelReservation: (charger, { reservationId }) => verdict(charger.cancelReservation(reservationId as number)),

  SetChargingProfile: (charger, { connectorId, csChargingProfiles }) => {
    const { chargingSchedule } = csChargingProfiles as { chargingSchedule: Parameters<typeof firstLimitW>[0] };
    charger.limitPower(connectorId as number, firstLimitW(chargingSchedule));
    return ACCEPTED;
  },

  ClearChargingProfile: (charger, { connectorId }) => {
    charger.limitPower((connectorId as number | undefined) ?? 0, null);
    return ACCEPTED;
  },
};
