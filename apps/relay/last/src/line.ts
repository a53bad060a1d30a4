import { type Passing } from '@warren/contracts';

/** A finished message as it is logged, in this order: times in ISO 8601, durations in milliseconds. */
export interface Line {
  text: string;
  history: readonly string[];
  /** AMQP's messageId. */
  broker_message_id: string;
  created_at?: string;
  updated_at?: string;
  /** `a_at`: when stage a handled it. */
  [stageAt: `${string}_at`]: string | undefined;
  completed_at: string;
  /** From created to completed, without what the stages let it wait. */
  transfer_duration?: number;
}

/** @param at when it is finished */
export function lineOf(id: string, { text, history, handled, waited, createdAt, updatedAt }: Passing, at: Date): Line {
  return {
    text,
    history,
    broker_message_id: id,
    created_at: createdAt,
    updated_at: updatedAt,
    ...Object.fromEntries(history.map((stage) => [`${stage}_at`, handled[stage]])),
    completed_at: at.toISOString(),
    transfer_duration: createdAt === undefined ? undefined : at.getTime() - Date.parse(createdAt) - waited,
  };
}
