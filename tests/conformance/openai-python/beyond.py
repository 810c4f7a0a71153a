"""What users of the official client for Python do besides the matrix; prints what they saw as one JSON object."""
import json
import sys

import openai
import pydantic

url, key = sys.argv[1], sys.argv[2]
client = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=60)
results = {}


def ask(name, **more):
    return dict(model="test-model", messages=[{"role": "user", "content": name}], **more)


def case(function):
    try:
        results[function.__name__] = function()
    except openai.APIError as error:
        results[function.__name__] = {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": error.code,
            "param": error.param,
            "type": error.type,
            "request_id": getattr(error, "request_id", None),
        }
    except Exception as error:  # a client that stumbles over the wire format
        results[function.__name__] = {"class": type(error).__name__, "message": str(error)}


@case
def plain():
    raw = client.chat.completions.with_raw_response.create(**ask("plain"))
    answer = raw.parse()
    return {"content": answer.choices[0].message.content, "usage": answer.usage.total_tokens, "id": raw.request_id}


@case
def stream():
    return "".join(c.choices[0].delta.content or "" for c in client.chat.completions.create(**ask("plain", stream=True)))


@case
def helper():
    with client.chat.completions.stream(**ask("plain", stream_options={"include_usage": True})) as events:
        final = events.get_final_completion()
    message = final.choices[0].message
    return {"role": message.role, "content": message.content, "usage": final.usage.total_tokens}


@case
def messy_tools():
    with client.chat.completions.stream(**ask("messy_tools")) as events:
        final = events.get_final_completion()
    choice = final.choices[0]
    calls = [[call.id, call.function.name, call.function.arguments] for call in choice.message.tool_calls]
    return {"calls": calls, "role": choice.message.role, "finish": choice.finish_reason}


@case
def two_choices():
    with client.chat.completions.stream(**ask("two_choices", n=2)) as events:
        final = events.get_final_completion()
    return [choice.message.content for choice in final.choices]


@case
def reasoning():
    with client.chat.completions.stream(**ask("reasoning")) as events:
        final = events.get_final_completion()
    return [final.choices[0].message.reasoning_content, final.choices[0].message.content]


@case
def heartbeat():
    return "".join(c.choices[0].delta.content or "" for c in client.chat.completions.create(**ask("heartbeat", stream=True)))


@case
def broken_stream():
    seen = []
    try:
        for chunk in client.chat.completions.create(**ask("broken", stream=True)):
            seen.append(chunk.choices[0].delta.content or "")
    except openai.APIError as error:
        return {"seen": "".join(seen), "class": type(error).__name__, "code": error.code}
    return {"seen": "".join(seen), "class": None}


@case
def bad_parameter():
    client.chat.completions.create(**ask("plain", temperature=3))


@case
def unknown_model():
    client.chat.completions.create(**{**ask("plain"), "model": "nope"})


@case
def rate_limited():
    client.chat.completions.create(**ask("rate_limited"))


@case
def retried():
    client.with_options(max_retries=2).chat.completions.create(**ask("retried"))


class Weather(pydantic.BaseModel):
    city: str


@case
def parsed_call():
    tools = [openai.pydantic_function_tool(Weather, name="weather")]
    with client.chat.completions.stream(**ask("streamed_call", tools=tools)) as events:
        final = events.get_final_completion()
    return final.choices[0].message.tool_calls[0].function.parsed_arguments.model_dump()


@case
def cut_off():
    with client.chat.completions.stream(**ask("cut_off"), response_format=Weather) as events:
        events.get_final_completion()


@case
def upstream_auth():
    client.chat.completions.create(**ask("upstream_auth"))


@case
def wrong_key():
    client.with_options(api_key="sk-nobody-knows-this-key").chat.completions.create(**ask("plain"))


@case
def too_large():
    client.chat.completions.create(**ask("x" * 2_000_000))


@case
def leaves_a_stream():
    with client.chat.completions.create(**ask("endless", stream=True)) as answer:
        for count, _ in enumerate(answer):
            if count == 2:
                return "left"


@case
def models():
    listed = [model.id for model in client.models.list()]
    return {"listed": "test-model" in listed, "retrieved": client.models.retrieve("test-model").id}


@case
def asynchronous():
    import asyncio

    async def run():
        async with openai.AsyncOpenAI(base_url=url + "/v1", api_key=key, max_retries=0) as caller:
            task = asyncio.ensure_future(caller.chat.completions.create(**ask("silent")))
            await asyncio.sleep(0.6)
            task.cancel()
            answer = await caller.chat.completions.create(**ask("plain"))
            return answer.choices[0].message.content

    return asyncio.run(run())


print(json.dumps(results))
