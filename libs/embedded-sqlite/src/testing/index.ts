export { killedWriter, seededRandom } from './killed-writer';
