export * from './database';
export * from './file-lock';
export * from './follower';
export * from './group-committer';
export * from './tail';
