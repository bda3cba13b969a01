import type { OcppVersionName } from '../journal';
import type { Dialect } from './dialect';
import { dialect16 } from './dialect-1.6';
import { dialect201, dialect21 } from './dialect-2.x';

export const DIALECTS: Record<OcppVersionName, Dialect> = { '1.6': dialect16, '2.0.1': dialect201, '2.1': dialect21 };

export type { Dialect, SessionFacts, SessionMessage, SessionMoment } from './dialect';
