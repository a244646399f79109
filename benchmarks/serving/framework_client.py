"""An agent of pydantic-ai whose model is a served policy: a worker of ``benchmarks.serving``.

Run by the interpreter of an environment in which pydantic-ai is installed; imports nothing of ours. Prints what
passed as JSON.
"""

import asyncio
import json
import sys
from typing import Literal

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings


async def main(url: str) -> None:
    """Let agents answer with a tool, in a stream, and in a type."""
    model = OpenAIChatModel("tiny", provider=OpenAIProvider(base_url=url, api_key="none-is-needed"))
    asked: list[str] = []

    def get_current_weather(city: str) -> str:
        """Get the current weather in a city."""
        asked.append(city)
        return f"It is sunny in {city}, 21 degrees."

    # Greedy: what is checked is that the parts fit together, and not what a small policy makes of a question.
    greedy = ModelSettings(temperature=0.0, max_tokens=200)
    agent = Agent(model, tools=[get_current_weather], model_settings=greedy)
    question = "Get the current weather in a city. City: Rome."
    answer = await agent.run(question)
    plain = Agent(model, model_settings=greedy)
    said = await plain.run("Hello")
    async with plain.run_stream("Hello") as stream:
        streamed = await stream.get_output()
    typed = Agent(
        model,
        output_type=Literal["Rome", "Oslo"],
        model_settings=greedy,
    )
    chosen = await typed.run("Which city?")
    passed = {
        "calls a tool": asked[:1] == ["Rome"],
        "answers in words": bool(answer.output),
        "streams the same": streamed == said.output,
        "answers in a type": chosen.output in ("Rome", "Oslo"),
        "counts tokens": answer.usage.output_tokens > 0,
    }
    print(json.dumps(passed))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
