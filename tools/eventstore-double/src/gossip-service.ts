import type { sendUnaryData } from '@grpc/grpc-js';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { UUID } from '@eventstore/db-client/generated/shared_pb';

export interface Member {
  host: string;
  port: number;
  isAlive: boolean;
  isLeader: boolean;
}

/** Who is in the cluster and who leads it, for clients that discover. */
export function gossipService(members: () => readonly Member[]) {
  return {
    read: (_call: unknown, answer: sendUnaryData<ClusterInfo>) => {
      const info = new ClusterInfo();
      for (const [index, member] of members().entries()) info.addMembers(memberInfo(member, index));
      answer(null, info);
    },
  };
}

function memberInfo({ host, port, isAlive, isLeader }: Member, index: number): MemberInfo {
  const id = new UUID();
  id.setString(`00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`);
  const endPoint = new EndPoint();
  endPoint.setAddress(host);
  endPoint.setPort(port);
  const info = new MemberInfo();
  info.setInstanceId(id);
  info.setTimeStamp('0');
  info.setState(isLeader ? MemberInfo.VNodeState.LEADER : MemberInfo.VNodeState.FOLLOWER);
  info.setIsAlive(isAlive);
  info.setHttpEndPoint(endPoint);
  return info;
}
