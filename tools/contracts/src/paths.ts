import path from 'node:path';

/** Of the repository; the same from `src` and from `dist`. */
export const ROOT = path.resolve(__dirname, '../../..');
