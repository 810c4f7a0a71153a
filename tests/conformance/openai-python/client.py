"""The official client for Python, as its users write it. Reads what to ask as JSON lines and prints what it saw."""
import asyncio
import json
import sys

import openai
import pydantic

url, key = sys.argv[1], sys.argv[2]
options = dict(base_url=url, api_key=key, max_retries=0, timeout=60)
client = openai.OpenAI(**options)
asynchronous = openai.AsyncOpenAI(**options)


class Weather(pydantic.BaseModel):
    city: str


class Person(pydantic.BaseModel):
    name: str
    age: int


tools = [openai.pydantic_function_tool(Weather, name="weather", description="Tells the weather.")]


def request(ask):
    current = ask["model"].startswith("gpt-5")
    content = ask["prompt"]
    if "image" in ask:
        image = {"type": "image_url", "image_url": {"url": ask["image"]}}
        content = [{"type": "text", "text": content}, image]
    messages = [{"role": "user", "content": content}]
    if "system" in ask:
        messages.insert(0, {"role": "developer" if current else "system", "content": ask["system"]})
    given = dict(model=ask["model"], messages=messages)
    if "maxTokens" in ask:
        given["max_completion_tokens" if current else "max_tokens"] = ask["maxTokens"]
    for name in ("temperature", "n"):
        if name in ask:
            given[name] = ask[name]
    if "tools" in ask:
        given["tools"] = tools
    if "mustCall" in ask:
        given["tool_choice"] = "required"
    return given


def streamed(ask):
    return {**request(ask), **({"stream_options": {"include_usage": True}} if "usage" in ask else {})}


def whole(ask):
    return of_completion(client.chat.completions.create(**request(ask)))


def stream(ask):
    answer = client.chat.completions.create(**streamed(ask), stream=True)
    choices, shown, pieces = [], {"requestId": answer.response.headers.get("x-request-id")}, 0
    try:
        for chunk in answer:
            shown["model"] = chunk.model
            if chunk.usage:
                shown["usage"] = of_usage(chunk.usage)
            for choice in chunk.choices:
                gather(choices, choice)
                pieces += bool(choice.delta.content)
            if pieces == ask.get("leaveAfter"):
                answer.close()
                return {"text": choices[0]["text"]}
    except openai.APIError as error:
        return present({"text": choices[0]["text"] if choices else None, "error": of_error(error)})
    first = choices[0]
    calls = [{**call, "input": json.loads(call["input"])} for call in first["calls"]]
    several = len(choices) > 1
    return present({
        **shown,
        "text": first["text"] or None,
        "texts": [choice["text"] for choice in choices] if several else None,
        "reasoning": first["reasoning"] or None,
        "calls": calls or None,
        "finish": first["finish"],
        "finishes": [choice["finish"] for choice in choices] if several else None,
        "role": first["role"],
    })


def gather(choices, choice):
    while len(choices) <= choice.index:
        choices.append({"text": "", "reasoning": "", "role": "", "finish": None, "calls": []})
    into, delta = choices[choice.index], choice.delta
    into["text"] += delta.content or ""
    into["reasoning"] += getattr(delta, "reasoning_content", None) or ""
    into["role"] += delta.role or ""
    into["finish"] = choice.finish_reason or into["finish"]
    for piece in delta.tool_calls or []:
        while len(into["calls"]) <= piece.index:
            into["calls"].append({"id": "", "name": "", "input": ""})
        call = into["calls"][piece.index]
        call["id"] += piece.id or ""
        call["name"] += (piece.function and piece.function.name) or ""
        call["input"] += (piece.function and piece.function.arguments) or ""


def helper(ask):
    text, pieces = "", 0
    try:
        with client.chat.completions.stream(**streamed(ask)) as events:
            for event in events:
                if event.type == "content.delta":
                    text, pieces = text + event.delta, pieces + bool(event.delta)
                    if pieces == ask.get("leaveAfter"):
                        return {"text": text}
            return of_completion(events.get_final_completion())
    except openai.LengthFinishReasonError as error:  # cut off: for this helper an error that has the answer
        return of_completion(error.completion)
    except openai.APIError as error:
        return present({"text": text or None, "error": of_error(error)})


def tool_loop(ask):
    given = request(ask)
    message = client.chat.completions.create(**given).choices[0].message
    calls = calls_of(message)
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": "sunny in " + call["input"]["city"]} for call in calls
    ]
    given["messages"] = [*given["messages"], message, *results]
    return {**of_completion(client.chat.completions.create(**given)), "calls": calls}


def parsed(ask):
    answer = client.chat.completions.parse(**request(ask), response_format=Person)
    shown = of_completion(answer)
    del shown["text"]
    return {**shown, "object": answer.choices[0].message.parsed.model_dump()}


ways = {"whole": whole, "stream": stream, "helper": helper, "tools": tool_loop, "object": parsed}


def of_completion(answer):
    first = answer.choices[0]
    several = len(answer.choices) > 1
    return present({
        "text": first.message.content or None,
        "texts": [choice.message.content for choice in answer.choices] if several else None,
        "reasoning": getattr(first.message, "reasoning_content", None),
        "calls": calls_of(first.message) or None,
        "finish": first.finish_reason,
        "finishes": [choice.finish_reason for choice in answer.choices] if several else None,
        "role": first.message.role,
        "usage": of_usage(answer.usage),
        "model": answer.model,
        "requestId": getattr(answer, "_request_id", None),
    })


def calls_of(message):
    return [
        {"id": call.id, "name": call.function.name, "input": json.loads(call.function.arguments)}
        for call in message.tool_calls or []
    ]


def of_usage(usage):
    if usage is None:
        return None
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    return {
        "input": usage.prompt_tokens,
        "output": usage.completion_tokens,
        "total": usage.total_tokens,
        "cached": prompt.cached_tokens if prompt else -1,
        "reasoning": completion.reasoning_tokens if completion else -1,
    }


def of_error(error):
    members = {
        "class": type(error).__name__,
        "message": error.message,
        "status": getattr(error, "status_code", None),
        "requestId": getattr(error, "request_id", None),
    }
    return {**present(members), "code": error.code, "type": error.type, "param": error.param}


def present(members):
    return {name: value for name, value in members.items() if value is not None}


async def breaking_off(way, ask):
    """As `whole` and `stream`, in the client that can be cancelled; only its end is of interest."""
    await asynchronous.chat.completions.create(**request(ask), **({"stream": True} if way == "stream" else {}))
    return {}


running = {}


async def answer(job):
    try:
        if job.get("breakable"):
            shown = await breaking_off(job["way"], job["ask"])
        else:
            shown = await asyncio.to_thread(ways[job["way"]], job["ask"])
    except openai.APIError as error:
        shown = {"error": of_error(error)}
    except asyncio.CancelledError as error:
        shown = {"error": {"class": type(error).__name__, "message": str(error)}}
    except Exception as error:  # the client stumbled over what it got
        shown = {"error": {"class": type(error).__name__, "message": str(error)}}
    print(json.dumps({"id": job["id"], "seen": shown}), flush=True)


async def main():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        job = json.loads(line)
        if job.get("leave"):
            running[job["id"]].cancel()
        else:
            running[job["id"]] = asyncio.ensure_future(answer(job))


asyncio.run(main())
