import { REJECTED, type Command } from '../commands/command-target';

/** 1.6 §5.13. */
export const reserveNow: Command = (
  { equipment, configuration },
  { reservationId, connectorId, expiryDate, idTag, parentIdTag },
) => {
  // 1.6 §9.3.1 ReserveConnectorZeroSupported
  if (connectorId === 0 && !configuration.flag('ReserveConnectorZeroSupported')) return REJECTED;
  const status = equipment.reservations.reserve({
    id: reservationId as number,
    connectorId: connectorId as number,
    idTag: String(idTag),
    ...(typeof parentIdTag === 'string' && { parentIdTag }),
    expiresMs: Date.parse(String(expiryDate)),
  });
  return { status };
};
