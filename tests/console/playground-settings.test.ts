// What goes with a message: parameters that are set and no others, tools that a person plays, JSON by a schema, images, and the
// same for two models at once.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sideways } from '../browser/in-page.ts';
import { accessibilityProblems } from './axe.ts';
import {
  answered,
  answers,
  figure,
  messageField,
  playgroundPath,
  quickPath,
  say,
  sendButton,
  startPlayground,
  unfold,
} from './playground/room.ts';
import { heldScene, scene } from './playground/scenes.ts';
import { type ConsoleStand, startBrowser } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

/** 2,000 x 1,000 px, drawn by the page: a PNG of that size. */
const drawPicture = `(async () => {
  const canvas = new OffscreenCanvas(2000, 1000);
  const pen = canvas.getContext('2d');
  pen.fillStyle = 'teal';
  pen.fillRect(0, 0, 2000, 1000);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  return Array.from(bytes);
})()`;

describe.skipIf('missing' in started)(`settings of the playground${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startPlayground(started.browser);
  });
  afterEach(() => {
    stand.upstream.always(scene);
    stand.upstream.requests.length = 0;
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const wide = { viewport: { width: 1440, height: 900 } };

  it('sends what is set, and nothing of what is not or cannot be', async () => {
    await using opened = await stand.open(quickPath, wide);
    const { page } = opened;
    await page.getByLabel('System prompt').fill('Be brief.');
    await unfold(page, 'Parameters');
    await page.getByRole('textbox', { name: 'Temperature' }).fill('0.25');
    await page.getByRole('textbox', { name: 'Top P' }).fill('1.5');
    await page.getByText('At most 1.').waitFor();
    await page.getByRole('textbox', { name: 'Seed' }).fill('7');
    await page.getByRole('textbox', { name: 'Max output tokens' }).fill('50');
    await page.getByRole('textbox', { name: 'Stop sequence 1' }).fill('END\\n');
    await page.getByLabel('Reasoning effort').selectOption('low');
    await page.getByText('5 set').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await say(page, 'one');
    await answered(page);
    const { body } = stand.upstream.last();
    expect(body).toMatchObject({
      temperature: 0.25,
      seed: 7,
      max_tokens: 50,
      stop: ['END\n'],
      reasoning_effort: 'low',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
      ],
    });
    expect(body).not.toHaveProperty('top_p');
    expect(body).not.toHaveProperty('frequency_penalty');
    await page.getByRole('button', { name: 'Reset Temperature' }).click();
    await page.getByText('4 set').waitFor();
    await page.getByRole('button', { name: 'Reset all' }).click();
    await page.getByText('none set').waitFor();
    await expect.poll(() => page.getByRole('textbox', { name: 'Seed' }).inputValue()).toBe('');
    await say(page, 'two');
    await answered(page, 2);
    expect(stand.upstream.last().body).not.toHaveProperty('seed');
  });

  it('shows parallel calls, takes their results from a person, and goes on with them', async () => {
    await using opened = await stand.open(quickPath, wide);
    const { page } = opened;
    await unfold(page, 'Tools');
    await page.getByRole('button', { name: 'Add a tool' }).click();
    await page.getByRole('menuitem', { name: 'Weather' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('get weather');
    await dialog.getByText('letters, digits').waitFor();
    await dialog.getByLabel('Name').fill('get_weather');
    await dialog.getByLabel('Parameters').fill('{"type": "object",\n "properties": ]}');
    await dialog.getByText('line 2, column 16').waitFor();
    await dialog
      .getByLabel('Parameters')
      .fill('{"type": "object", "properties": {"city": {"type": "string"}}}');
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save tool' }).click();
    await say(page, 'What is the weather in Graz and Oslo?');
    await page.getByText('2 calls wait for a result.').waitFor();
    expect(stand.upstream.last().body.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'The weather in a city now.',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      },
    ]);
    await page.getByText('Answer the tool calls above first.').waitFor();
    await sendButton(page, true).waitFor();
    const results = page.getByRole('textbox', { name: 'Result of get_weather' });
    await results.first().fill('21');
    await page.getByRole('button', { name: 'Use this result' }).first().click();
    await page.getByText('One call waits for a result.').waitFor();
    await results.first().fill('4');
    await results.first().press('Control+Enter');
    await page.getByRole('button', { name: 'Send results' }).click();
    await page.getByText('It is 21 °C in Graz and 4 °C in Oslo.').waitFor();
    await page.getByText('Called 2 tools').waitFor();
    const { messages } = stand.upstream.last().body;
    expect(messages.slice(1)).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: 'call_graz' }, { id: 'call_oslo' }] },
      { role: 'tool', tool_call_id: 'call_graz', content: '21' },
      { role: 'tool', tool_call_id: 'call_oslo', content: '4' },
    ]);
  });

  it('says where a JSON answer differs from its schema', async () => {
    await using opened = await stand.open(quickPath, wide);
    const { page } = opened;
    await unfold(page, 'Answer format');
    await page.getByRole('radio', { name: 'JSON schema' }).click();
    await say(page, 'The capital of Austria?');
    const answer = await answered(page);
    await answer.getByText('Does not match the schema').waitFor();
    await answer.getByText('/confidence must be <= 1.').waitFor();
    await expect
      .poll(() => answer.locator('pre').textContent())
      .toBe('{\n  "answer": "Vienna",\n  "confidence": 1.5\n}');
    expect(stand.upstream.last().body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: { required: ['answer', 'confidence'] } },
    });
    // The next question has another schema; the answer that is there is judged by its own.
    await page.getByLabel('Schema', { exact: true }).fill('{"type": "object"}');
    await say(page, 'And again?');
    await page.getByText('Matches the schema').waitFor();
    await answer.getByText('Does not match the schema').waitFor();
    await page.getByLabel('Schema', { exact: true }).fill('{"type": ');
    await page.getByText('Matches the schema').waitFor();
    await messageField(page).fill('two');
    await sendButton(page, true).waitFor();
  });

  it('sends images to models that take them, smaller if wished', async () => {
    await using opened = await stand.open(quickPath, wide);
    const { page } = opened;
    const buffer = Buffer.from(await page.evaluate<number[]>(drawPicture));
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'teal.png', mimeType: 'image/png', buffer }]);
    await page.getByText('2000 × 1000').waitFor();
    await page.getByRole('button', { name: 'Shrink' }).click();
    await page.getByText('1536 × 768').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer }]);
    // Exactly: what is announced to screen readers, a moment later, has a word before it.
    await page.getByText('“notes.txt” is not a PNG, JPEG, WebP or GIF image.', { exact: true }).waitFor();
    await say(page, 'What is this?');
    await answered(page);
    const [message] = stand.upstream.last().body.messages;
    expect(message.content).toMatchObject([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/webp;base64,/) } },
    ]);
    await page.getByRole('combobox', { name: /^Model/ }).click();
    await page.getByRole('option', { name: /^blind/ }).click();
    await page.getByRole('button', { name: 'This model takes no images', disabled: true }).waitFor();
  });

  it('asks two models the same at the same time, and says how they differ', async () => {
    await using opened = await stand.open(playgroundPath, wide);
    const { page } = opened;
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByRole('combobox', { name: /^Second model/ }).click();
    await page.getByPlaceholder('Search models').fill('quick');
    await page.getByRole('option', { name: /^quick/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('Search models').waitFor({ state: 'detached' });
    const { promise: over, resolve: finish } = Promise.withResolvers<void>();
    const slower = heldScene(Promise.resolve(), over);
    stand.upstream.always((each) => (each.request.body.model === 'paced' ? slower : scene)(each));
    await say(page, 'What does an LLM gateway do?');
    // The slower one still runs when the other is there: both were asked at once.
    await stand.upstream.arrival(2);
    await answered(page);
    finish();
    const [first, second] = [stand.upstream.requests[0], stand.upstream.requests[1]];
    expect([first?.body.model, second?.body.model].sort()).toEqual(['paced', 'quick']);
    expect(first?.body.messages).toEqual(second?.body.messages);
    await answered(page, 2);
    await page.getByText(/^quick cost \$0\.00318 less$/).waitFor();
    await page.getByText(/^quick finished .* faster$/).waitFor();
    for (const lane of ['First model', 'Second model']) {
      await figure(page.getByRole('region', { name: new RegExp(`^${lane}`) }), 'Cost').waitFor();
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close quick' }).click();
    await expect.poll(() => answers(page).count()).toBe(1);
  });

  it('has its settings in a sheet on a phone, and nothing reaches over the edge', async () => {
    await using opened = await stand.open(quickPath, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    const { page } = opened;
    await page.getByRole('button', { name: 'Show settings' }).click();
    await unfold(page, 'Parameters');
    expect(await page.evaluate(sideways)).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await say(page, 'What does an LLM gateway do?');
    await answered(page);
    expect(await page.evaluate(sideways)).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
