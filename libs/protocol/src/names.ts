/** Every exchange and queue on the broker that is Warren's own. What a flow owns is named by the flow. */
export const names = {
  /** Direct exchange and quorum queue: copies of messages, hop reports, announcements, retirements and markers for the observer. */
  journal: 'warren.journal',
  /** Fanout exchange: what the broker drops of the journal's backlog, where it is to. */
  dropped: 'warren.dropped',
  /** A gateway's exclusive queue of that, to count it. */
  drops: (instance: string) => `warren.dropped.${instance}`,
  /** Fanout exchange and quorum queue: messages that their consumer gave up. */
  dead: 'warren.dead',
  /** Direct exchange that brings expired retries back to the queue that they wait for. */
  return: 'warren.return',
  /** Alternate of `return`: retries whose queue is gone, led to the dead queue. */
  lost: 'warren.lost',
  /** Quorum queue of what operators ask of the observer, sent by a gateway. */
  requests: 'warren.requests',
  /** Quorum queue of a service: messages that its processes had in hand when they ended, handled one at a time. */
  alone: (service: string) => `warren.alone.${service}`,
  /** Quorum queue of what a source is told of the ends of its journeys. */
  ends: (source: string) => `${source}.ended`,
  /** Quorum queue of beats, read by one gateway or several. */
  beats: 'warren.beats',
  /** Fanout exchange: each gateway binds an exclusive queue and sees every confirmation. */
  confirmations: 'warren.confirmations',
  /** A gateway's exclusive queue of what instances answer to its inquiries. */
  answers: (instance: string) => `warren.answers.${instance}`,
  /** An instance's exclusive control queue. */
  control: (instance: string) => `warren.control.${instance}`,
  /** Fanout exchange and quorum queue of the n-th delay band. */
  band: (n: number) => `warren.wait.${n}`,
} as const;

/** Routing keys on the journal exchange = AMQP types of what the observer reads besides messages. */
export const journalTypes = {
  announcement: 'warren.announcement',
  hops: 'warren.hops',
  marker: 'warren.marker',
  retired: 'warren.retired',
} as const;

/** Binding argument that tells which consumer's queue a journal binding follows. */
export const bindingQueueArgument = 'warren-queue';
