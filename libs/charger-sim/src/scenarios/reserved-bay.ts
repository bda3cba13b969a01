import { scenario } from '../driving/script';

/** Worked example: the server reserves a bay (ReserveNow by an operator), the driver comes and uses it. */
export const reservedBay = scenario(
  'reserved-bay',
  'waits for reservations and charges with the token each is for',
  async (charger, { signal }) => {
    await charger.boot();
    for (let used = 0; !signal.aborted; used++) {
      const { payload } = await charger.commanded('ReserveNow', used + 1);
      const held = charger.equipment.reservations.all.find(({ id }) => id === payload.reservationId);
      if (!held) continue; // it was refused
      await charger.wait(120);
      const connectorId = held.connectorId || 1;
      await charger.plugIn(connectorId);
      const { kind } = await charger.start(connectorId, held.idTag);
      if (kind === 'started') {
        await charger.wait(900);
        await charger.stop(connectorId);
      }
      await charger.unplug(connectorId);
    }
  },
);
