import { z } from 'zod';

/** How long and how much the journal keeps of one flow, where that is less than of all. */
export interface FlowLimit {
  flow: string;
  days?: number;
  bytes?: number;
}

const form = 'must be flows with days, a size or both, with commas between: signal=3d/500MB,relay=1d,jobs=2GB';
const units: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** `signal=3d/500MB,relay=1d`: a setting. */
export const flowLimits = () =>
  z.string().transform((text, context) => {
    const limits = text.split(',').map((part) => limitOf(part.trim()));
    const known = limits.filter((limit) => limit !== undefined);
    const flows = known.map(({ flow }) => flow);
    const twice = flows.find((flow, index) => flows.indexOf(flow) !== index);
    if (known.length < limits.length) context.addIssue(form);
    if (twice !== undefined) context.addIssue(`names the flow "${twice}" twice: give it one limit, as ${twice}=3d/500MB`);
    return known;
  });

const pattern = /^(?<flow>[^=/\s]+)=(?:(?<days>[1-9]\d{0,4})d)?(?<slash>\/)?(?:(?<size>[1-9]\d{0,6})(?<unit>[kMG]B))?$/;

function limitOf(text: string): FlowLimit | undefined {
  const { flow = '', days, slash, size, unit = '' } = pattern.exec(text)?.groups ?? {};
  const both = days !== undefined && size !== undefined;
  if ((days ?? size) === undefined || both !== (slash !== undefined)) return undefined;
  return { flow, ...(days !== undefined && { days: Number(days) }), ...(size !== undefined && { bytes: Number(size) * (units[unit] ?? 0) }) };
}
