import { verdict, type Command } from '../commands/command-target';

/** 1.6 §5.4: Rejected when there is no reservation with this id. */
export const cancelReservation: Command = ({ equipment }, { reservationId }) =>
  verdict(equipment.reservations.cancel(reservationId as number));
