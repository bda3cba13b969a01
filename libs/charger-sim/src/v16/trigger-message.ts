import { trigger, type Command, type CommandTarget } from '../commands/command-target';
import { signCertificate } from './sign-certificate';

/** 1.6 §5.17. */
export const triggerMessage: Command = (charger, { requestedMessage, connectorId }) => {
  const id = connectorId as number | undefined;
  switch (requestedMessage) {
    case 'DiagnosticsStatusNotification':
      return say(charger, 'DiagnosticsStatusNotification', {
        status: charger.equipment.diagnostics.isBusy ? charger.equipment.diagnosticsStatus : 'Idle',
      });
    case 'FirmwareStatusNotification':
      return firmwareStatus(charger, false);
    default:
      return { status: trigger(charger, String(requestedMessage), id) };
  }
};

/** Whitepaper §5.7: what TriggerMessage knows, and what the security extension added. */
export const extendedTriggerMessage: Command = (charger, request) => {
  const { equipment } = charger;
  switch (request.requestedMessage) {
    case 'FirmwareStatusNotification':
      return firmwareStatus(charger, true);
    case 'LogStatusNotification': {
      const isBusy = equipment.logs.isBusy && equipment.logRequestId !== undefined;
      return say(charger, 'LogStatusNotification', {
        status: isBusy ? equipment.logStatus : 'Idle',
        ...(isBusy && { requestId: equipment.logRequestId }),
      });
    }
    case 'SignChargePointCertificate':
      charger.later(() => void signCertificate(charger));
      return { status: 'Accepted' };
    default:
      return triggerMessage(charger, request);
  }
};

/** Whitepaper L01.FR.20: Idle where no update is under way, without requestId. */
function firmwareStatus(charger: CommandTarget, mayBeSigned: boolean) {
  const { firmware } = charger.equipment;
  const status = firmware.isBusy ? firmware.status : 'Idle';
  const requestId = firmware.isBusy ? firmware.signed?.requestId : undefined;
  if (!mayBeSigned && requestId === undefined) return say(charger, 'FirmwareStatusNotification', { status });
  return say(charger, 'SignedFirmwareStatusNotification', { status, ...(requestId !== undefined && { requestId }) });
}

function say(charger: CommandTarget, action: string, payload: Record<string, unknown>) {
  charger.later(() => charger.send(action, payload));
  return { status: 'Accepted' };
}
