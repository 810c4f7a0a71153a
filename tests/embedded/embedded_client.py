# The reference call through the official Python client, for every public name, streamed and not. Prints JSON.
import json
import sys

from openai import OpenAI

url, key = sys.argv[1:]
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
messages = [{"role": "user", "content": "Please introduce yourself"}]
results = {}
for model in ("gpt-5.1", "gpt-5.1-chat", "gpt-5.1-thinking"):
    whole = client.chat.completions.create(model=model, messages=messages, temperature=1, max_tokens=300)
    content, reasoning, usage = "", "", None
    for chunk in client.chat.completions.create(
        model=model, messages=messages, max_tokens=300, stream=True, stream_options={"include_usage": True}
    ):
        usage = chunk.usage
        for choice in chunk.choices:
            content += choice.delta.content or ""
            reasoning += getattr(choice.delta, "reasoning_content", None) or ""
    message = whole.choices[0].message
    results[model] = {
        "model": whole.model,
        "content": message.content,
        "reasoning": getattr(message, "reasoning_content", None) or "",
        "usage": whole.usage.model_dump(),
        "streamed": {"content": content, "reasoning": reasoning, "usage": usage and usage.model_dump()},
    }
print(json.dumps(results))
