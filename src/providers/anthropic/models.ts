// Facts about Claude models that decide how a request is written. Sources, 2026-11-22: Anthropic's pages on adaptive and
// extended thinking and on effort (platform.claude.com/docs/en/build-with-claude), CONTRACT section 5a. A model that
// fits no row is taken for a new one.

export interface ClaudeModel {
  /** `budget`: thinks up to a number of tokens. `adaptive`: by effort. `none`: cannot. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Levels of effort above `high`; default none. */
  readonly highest?: readonly ('xhigh' | 'max')[];
  /** Takes `temperature` and `top_p`; the newest models refuse them. */
  readonly sampling: boolean;
  /** Takes `output_config.format`; older ones are asked by a tool. */
  readonly jsonSchema: boolean;
  /** Most tokens it writes, sent where a request has no cap: the field is required. */
  readonly maxTokens: number;
}

const rows: readonly (readonly [RegExp, ClaudeModel])[] = [
  [/claude-3-7/, { thinking: 'budget', sampling: true, jsonSchema: false, maxTokens: 8_192 }],
  [/claude-(?:3|2|instant)/, { thinking: 'none', sampling: true, jsonSchema: false, maxTokens: 4_096 }],
  [/claude-opus-4-[01]\b/, { thinking: 'budget', sampling: true, jsonSchema: false, maxTokens: 32_000 }],
  [
    /claude-(?:opus|sonnet)-4(?:-20\d{6}|-0)?(?:@|$|:)/,
    { thinking: 'budget', sampling: true, jsonSchema: false, maxTokens: 32_000 },
  ],
  [
    /claude-(?:opus|sonnet|haiku)-4-5/,
    { thinking: 'budget', sampling: true, jsonSchema: true, maxTokens: 32_000 },
  ],
  [
    /claude-(?:opus|sonnet)-4-6/,
    { thinking: 'adaptive', highest: ['max'], sampling: true, jsonSchema: true, maxTokens: 32_000 },
  ],
];

const newest: ClaudeModel = {
  thinking: 'adaptive',
  highest: ['xhigh', 'max'],
  sampling: false,
  jsonSchema: true,
  maxTokens: 32_000,
};

export function claudeModel(name: string): ClaudeModel {
  return rows.find(([pattern]) => pattern.test(name))?.[1] ?? newest;
}
