"""An agent of pydantic-ai that uses our server's tools: a worker of ``benchmarks.conformance``.

Run by the interpreter of an environment in which pydantic-ai is installed; imports nothing of ours. A function
plays the model: it calls a tool, reads the result, and answers with it.
"""

import asyncio
import json
import sys

from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


async def main(url: str) -> None:
    """Let an agent answer a question with our tools; print what came as JSON."""
    seen: list[str] = []

    def play(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen.extend(tool.name for tool in info.function_tools)
        results = [part for part in messages[-1].parts if isinstance(part, ToolReturnPart)]
        if results:
            return ModelResponse(parts=[TextPart(json.dumps(results[0].content))])
        return ModelResponse(parts=[ToolCallPart("get_current_weather", {"city": "Velmora"})])

    agent = Agent(FunctionModel(play), toolsets=[MCPToolset(url)])
    async with agent:
        answer = await agent.run("How is the weather in Velmora?")
    passed = {"lists tools": "get_current_weather" in seen, "answers with a tool": "Velmora" in answer.output}
    print(json.dumps(passed))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
