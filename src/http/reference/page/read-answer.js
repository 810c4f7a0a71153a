// One answer out of chunks, or out of a whole completion: text, thoughts, tool calls, usage. Knows no page.

/**
 * @typedef {object} Choice
 * @property {string} text
 * @property {string} thinking
 * @property {string} refusal
 * @property {{ name: string, arguments: string }[]} calls
 * @property {string | null} finish
 */
/**
 * @typedef {object} ErrorBody
 * @property {string} message
 * @property {string} [type]
 * @property {string | null} [param]
 * @property {string | null} [code]
 */

/** What has come so far. */
export class Answer {
  /** @type {Choice[]} */
  choices = [];
  /** @type {Record<string, unknown> | undefined} */
  usage;
  /** @type {ErrorBody | undefined} */
  error;

  /**
   * Takes the next chunk, a whole completion, or an error.
   * @param {any} value
   */
  add(value) {
    if (value?.error) this.error = value.error;
    if (value?.usage) this.usage = value.usage;
    for (const part of value?.choices ?? []) this.#addChoice(part);
  }

  /** @param {any} part */
  #addChoice(part) {
    const index = part.index ?? 0;
    this.choices[index] ??= { text: '', thinking: '', refusal: '', calls: [], finish: null };
    const choice = this.choices[index];
    const news = part.delta ?? part.message ?? {};
    choice.text += news.content ?? '';
    choice.thinking += news.reasoning_content ?? news.reasoning ?? '';
    choice.refusal += news.refusal ?? '';
    choice.finish = part.finish_reason ?? choice.finish;
    (news.tool_calls ?? []).forEach((/** @type {any} */ call, /** @type {number} */ order) => {
      const place = call.index ?? order;
      choice.calls[place] ??= { name: '', arguments: '' };
      const known = choice.calls[place];
      known.name += call.function?.name ?? call.custom?.name ?? '';
      known.arguments += call.function?.arguments ?? call.custom?.input ?? '';
    });
    if (news.function_call) {
      choice.calls[0] ??= { name: '', arguments: '' };
      choice.calls[0].name += news.function_call.name ?? '';
      choice.calls[0].arguments += news.function_call.arguments ?? '';
    }
  }
}
