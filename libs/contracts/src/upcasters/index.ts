export { factVersion, upcast, UPCASTERS, type RecordedFact, type Upcaster } from './upcast';
export { upcasting, type UpcastableStore } from './upcasting-store';
