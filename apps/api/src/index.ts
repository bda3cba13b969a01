export { ApiModule } from './api.module';
export type { ApiOptions } from './options';
export { startApi, type RunningApi } from './start-api';
