import { calls, connectorOf16, evseOf2, impossible, optional, type Translator } from '../translation';

const MESSAGES_16 = new Set([
  'BootNotification',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'MeterValues',
  'StatusNotification',
]);
/** Security whitepaper: only ExtendedTriggerMessage can ask for these. */
const MESSAGES_16_EXTENDED = new Set(['LogStatusNotification', 'SignChargePointCertificate']);

/** 1.6 §5.17, security whitepaper ExtendedTriggerMessage; 2.0.1 F06. */
export const triggerMessage: Translator<'TRIGGER_MESSAGE'> = (command, { version }) => {
  const { requestedMessage, evseId, connectorId, extended } = command;
  if (version !== '1.6') {
    const payload = { ...optional('evse', evseOf2(evseId, connectorId)), requestedMessage };
    return calls({ action: 'TriggerMessage', payload });
  }
  const payload = { requestedMessage, ...optional('connectorId', connectorOf16(evseId, connectorId)) };
  const mayBeExtended = requestedMessage !== 'DiagnosticsStatusNotification';
  if (
    extended === true &&
    mayBeExtended &&
    (MESSAGES_16.has(requestedMessage) || MESSAGES_16_EXTENDED.has(requestedMessage))
  )
    return calls({ action: 'ExtendedTriggerMessage', payload });
  if (MESSAGES_16.has(requestedMessage)) return calls({ action: 'TriggerMessage', payload });
  if (MESSAGES_16_EXTENDED.has(requestedMessage)) return calls({ action: 'ExtendedTriggerMessage', payload });
  const known = [...MESSAGES_16, ...MESSAGES_16_EXTENDED].join(', ');
  return impossible(`An OCPP 1.6 charger cannot be asked for ${requestedMessage}, only for ${known}.`);
};
