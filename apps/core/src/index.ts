export { CoreModule, CoreRuntime } from './core.module';
export { startCore, type CoreOptions, type RunningCore } from './start-core';
export { systemTimers, type Timers } from './timers';
