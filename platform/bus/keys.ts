/**
 * Where things lie in Redis. The braces are Redis Cluster's hash tag: all that belongs to one partition lies in one slot, so
 * that a script touches one node; and a topic's partitions spread over the nodes. Partition 0 carries the topic's bare name.
 */
const tagOf = (topic: string, partition: number): string =>
  partition === 0 ? `{${topic}}` : `{${topic}.${partition}}`;

/** A partition's entries. */
export const streamKey = (topic: string, partition = 0): string => `eaio:events:${tagOf(topic, partition)}`;
/** What one group is given once more: dead letters that are tried again, replays. */
export const againKey = (topic: string, partition: number, group: string): string =>
  `eaio:again:${tagOf(topic, partition)}:${group}`;
/** How far the groups have come in a partition: a hash by group and lane. */
export const marksKey = (topic: string, partition: number): string => `eaio:marks:${tagOf(topic, partition)}`;
/** Who of a group holds a partition. */
export const leaseKey = (topic: string, partition: number, group: string): string =>
  `eaio:lease:${tagOf(topic, partition)}:${group}`;
/** How often a partition has changed hands in a group. */
export const epochKey = (topic: string, partition: number, group: string): string =>
  `eaio:epoch:${tagOf(topic, partition)}:${group}`;

/** A topic's generations of partitions. */
export const layoutKey = (topic: string): string => `eaio:layout:{${topic}}`;
/** A topic's registered groups: a hash. */
export const groupsKey = (topic: string): string => `eaio:groups:{${topic}}`;
/** A group's living workers on a topic, by the time at which they count as dead. */
export const membersKey = (topic: string, group: string): string => `eaio:members:{${topic}}:${group}`;
/** A topic's dead letters: a hash by id, and their ids by time. */
export const deadKey = (topic: string): string => `eaio:dead:{${topic}}`;
export const deadIndexKey = (topic: string): string => `eaio:dead:{${topic}}:index`;
/** A topic's replays: a hash by id. */
export const replaysKey = (topic: string): string => `eaio:replays:{${topic}}`;

/** Says that partitions of a topic have new entries; the message names them. */
export const wakeChannel = (topic: string): string => `eaio:wake:${topic}`;
/** Says that something changed about who does what in a group. */
export const newsChannel = (topic: string, group: string): string => `eaio:news:${topic}:${group}`;
