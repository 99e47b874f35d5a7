/** Reads the corpus in this folder. README.md explains the fields. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

/** A rule keeps every field and type of the answer; the schema requires only an object. */
const rules = z.array(z.custom<PortState>((value) => typeof value === 'object' && value !== null));
const reach = z.strictObject({ protocol: z.string(), from: z.int(), to: z.int(), sources: z.array(z.string()) });
const sentence = z.string().regex(/^\S.*\.$/, 'a sentence with a full stop');

const answer = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  ipAddressType: z.string().optional(),
  portStates: rules,
  expected: z.strictObject({
    exposure: z.array(reach),
    dormant: z.array(reach),
    hasNotes: z.boolean().optional(),
    severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  }),
});

const pair = z
  .strictObject({
    category: z.string().min(1),
    name: z.string().min(1),
    ipAddressType: z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }).optional(),
    before: rules,
    after: rules,
    label: z.enum(['same', 'opened', 'closed', 'both']).optional(),
    verdictNot: z.enum(['identical', 'rewritten', 'widened', 'narrowed', 'mixed']).optional(),
    why: sentence,
  })
  .refine((value) => value.label !== undefined || value.verdictNot !== undefined, 'a label or a verdictNot');

type CorpusAnswer = z.infer<typeof answer>;
export type CorpusPair = z.infer<typeof pair>;
export type CorpusLabel = NonNullable<CorpusPair['label']>;

interface Corpus {
  answers: CorpusAnswer[];
  /** By category, in the order of the file names. */
  categories: { name: string; pairs: CorpusPair[] }[];
}

/** Throws an error with the file name and every fault if a file does not match README.md. */
export function loadCorpus(): Corpus {
  const changes = new URL('changes/', import.meta.url);
  const files = readdirSync(changes).sort();
  return {
    answers: loadFile(new URL('answers.json', import.meta.url), z.array(answer)),
    categories: files.map((file) => ({
      name: file.replace(/\.json$/, ''),
      pairs: loadFile(new URL(file, changes), z.array(pair)),
    })),
  };
}

function loadFile<Schema extends z.ZodType>(file: URL, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file.pathname} is not as the README of the corpus describes it:\n${z.prettifyError(parsed.error)}`,
  );
}
