import { bootIntervalS, chargerBooted, REGISTRATION_STATUS } from '../boot';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** 1.6 §4.2. */
export const bootNotification: Handler16<'BootNotification'> = (context, { messageId, payload }) => {
  const intervalS = bootIntervalS(context);
  return receipt(
    { status: REGISTRATION_STATUS[context.registration], currentTime: context.receivedAt, interval: intervalS },
    chargerBooted(context, messageId, {
      vendor: payload.chargePointVendor ?? null,
      model: payload.chargePointModel ?? null,
      serialNumber: payload.chargePointSerialNumber ?? payload.chargeBoxSerialNumber ?? null,
      firmwareVersion: payload.firmwareVersion ?? null,
      iccid: payload.iccid ?? null,
      imsi: payload.imsi ?? null,
      meterType: payload.meterType ?? null,
      meterSerialNumber: payload.meterSerialNumber ?? null,
      bootReason: null,
      registration: context.registration,
      intervalS,
    }),
  );
};
