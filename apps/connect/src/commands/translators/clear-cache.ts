import { calls, type Translator } from '../translation';

/** 1.6 §5.4; 2.0.1 C11. */
export const clearCache: Translator<'CLEAR_CACHE'> = () => calls({ action: 'ClearCache', payload: {} });
