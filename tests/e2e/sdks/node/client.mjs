// An ordinary program with the unmodified OpenAI SDK for Node.js; the same as ../client.py, with the same input and output.

import { readFileSync } from "node:fs";
import OpenAI from "openai";

const tool = {
  type: "function",
  function: {
    name: "register",
    description: "Registers a note.",
    parameters: { type: "object", properties: { note: { type: "string" } }, required: ["note"] },
  },
};

const job = JSON.parse(readFileSync(0, "utf8"));
const client = new OpenAI({ baseURL: process.argv[2], maxRetries: 0 });
const { model } = job;
const messages = [
  { role: "system", content: "簡潔に答えてください。" },
  { role: "user", content: job.text },
];
const limit = job.most ? { max_completion_tokens: job.most } : {};
const create = (body) => client.chat.completions.create({ model, messages, ...limit, ...body });

async function whole() {
  const reply = await create({});
  const [choice] = reply.choices;
  return { text: choice.message.content, finish: choice.finish_reason, extra: reply.sekimori ?? null };
}

async function streamed() {
  const [pieces, finishes, extras] = [[], [], []];
  for await (const chunk of await create({ stream: true })) {
    if (chunk.sekimori) extras.push(chunk.sekimori);
    for (const choice of chunk.choices) {
      if (choice.delta.content) pieces.push(choice.delta.content);
      if (choice.finish_reason) finishes.push(choice.finish_reason);
    }
  }
  return { text: pieces.join(""), pieces: pieces.length, finishes, extras };
}

async function tools() {
  const stream = client.chat.completions.stream({ model, messages, tools: [tool] });
  let events = 0;
  for await (const _ of stream) events += 1;
  const [choice] = (await stream.finalChatCompletion()).choices;
  const calls = choice.message.tool_calls.map(({ function: called }) => ({
    name: called.name,
    arguments: called.arguments,
  }));
  return { calls, finish: choice.finish_reason, events };
}

async function models() {
  const ids = [];
  for await (const listed of client.models.list()) ids.push(listed.id);
  return ids;
}

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return { class: error.constructor.name, status: error.status, code: error.code, type: error.type };
  }
  return { class: null };
}

async function errors() {
  const image = [{ role: "user", content: [{ type: "image_url", image_url: { url: job.image } }] }];
  const stranger = client.withOptions({ apiKey: "sk-unknown" });
  return {
    wrong_key: await failure(() => stranger.models.list()),
    unknown_model: await failure(() => create({ model: "no-such-model" })),
    no_messages: await failure(() => create({ messages: "none" })),
    unknown_path: await failure(() => client.get("/no/such/path")),
    blocked: await failure(() => create({ messages: image })),
    blocked_stream: await failure(() => create({ messages: image, stream: true })),
  };
}

const results = {};
const ways = job.most ? [whole, streamed] : [whole, streamed, tools, models, errors];
for (const tried of ways) results[tried.name] = await tried();
const sdk = JSON.parse(readFileSync(new URL("./node_modules/openai/package.json", import.meta.url), "utf8")).version;
process.stdout.write(JSON.stringify({ sdk, ...results }));
