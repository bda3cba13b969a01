import type { Payload } from '../message';
import { ACCEPTED, firstLimitW, REJECTED, resetNow, trigger, verdict, type Command } from './command-target';

function evseId(request: Payload): number | undefined {
  return (request.evse as { id: number } | undefined)?.id;
}

function tokenOf(request: Payload): string {
  return (request.idToken as { idToken: string }).idToken;
}

/** Answers of a 2.0.1 or 2.1 charger that depend on what it is doing. */
export const COMMANDS_2X: Readonly<Record<string, Command>> = {
  RequestStartTransaction: (charger, request) =>
    verdict(
      charger.startRemotely({
        connectorId: request.evseId as number | undefined,
        idToken: tokenOf(request),
        remoteStartId: request.remoteStartId as number,
      }),
    ),

  RequestStopTransaction: (charger, { transactionId }) => {
    const session = charger.sessionOf(String(transactionId));
    if (!session) return REJECTED;
    charger.later(() => session.stop('remote'));
    return ACCEPTED;
  },

  Reset: (charger, { type }) => {
    // 2.0.1 B12.FR.01: OnIdle with a transaction going on is scheduled.
    if (type === 'OnIdle' && charger.sessions().length > 0) {
      charger.reset('reset-soft', 'idle');
      return { status: 'Scheduled' };
    }
    return resetNow(charger, type === 'Immediate');
  },

  UnlockConnector: (charger, request) => {
    const id = request.evseId as number;
    if (!charger.connectorIds.includes(id) || request.connectorId !== 1) return { status: 'UnknownConnector' };
    // 2.0.1 F05.FR.02: never while a transaction is authorized there.
    return { status: charger.sessionAt(id) ? 'OngoingAuthorizedTransaction' : 'Unlocked' };
  },

  ChangeAvailability: (charger, request) => {
    const id = evseId(request) ?? 0;
    if (id !== 0 && !charger.connectorIds.includes(id)) return REJECTED;
    return charger.setAvailability(id, request.operationalStatus === 'Operative') ? { status: 'Scheduled' } : ACCEPTED;
  },

  GetVariables: (charger, { getVariableData }) => ({
    getVariableResult: (getVariableData as Payload[]).map((datum) => charger.configuration.getVariable(datum)),
  }),

  SetVariables: (charger, { setVariableData }) => ({
    setVariableResult: (setVariableData as Payload[]).map((datum) => charger.configuration.setVariable(datum)),
  }),

  GetBaseReport: (charger, { requestId, reportBase }) => {
    if (reportBase === 'SummaryInventory') return { status: 'NotSupported' };
    charger.later(() =>
      charger.send('NotifyReport', {
        requestId,
        generatedAt: charger.timestamp(),
        seqNo: 0,
        tbc: false,
        reportData: charger.configuration.report(),
      }),
    );
    return ACCEPTED;
  },

  TriggerMessage: (charger, request) => ({
    status: trigger(charger, String(request.requestedMessage), evseId(request)),
  }),

  // 2.0.1 E14.FR.06: ongoingIndicator only for a transaction that was asked for.
  GetTransactionStatus: (charger, { transactionId }) => {
    if (transactionId === undefined) return { messagesInQueue: charger.owes() };
    const id = String(transactionId);
    return { ongoingIndicator: charger.sessionOf(id) !== undefined, messagesInQueue: charger.owes(id) };
  },

  ReserveNow: (charger, request) =>
    charger.reserve(request.id as number, (request.evseId as number | undefined) ?? 0, tokenOf(request))
      ? ACCEPTED
      : { status: 'Occupied' },

  CancelReservation: (charger, { reservationId }) => verdict(charger.cancelReservation(reservationId as number)),

  SetChargingProfile: (charger, request) => {
    const profile = request.chargingProfile as { chargingSchedule: Parameters<typeof firstLimitW>[0][] };
    charger.limitPower(request.evseId as number, firstLimitW(profile.chargingSchedule[0]));
    return ACCEPTED;
  },

  ClearChargingProfile: (charger, request) => {
    const criteria = request.chargingProfileCriteria as { evseId?: number } | undefined;
    charger.limitPower(criteria?.evseId ?? 0, null);
    return ACCEPTED;
  },
};
