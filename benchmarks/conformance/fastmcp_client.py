"""The fastmcp client against our server: a worker of ``benchmarks.conformance``.

Run by the interpreter of an environment in which fastmcp is installed; imports nothing of ours.
"""

import asyncio
import json
import sys

from fastmcp import Client


async def main(url: str) -> None:
    """List, call, make a mistake, and read the digest before and after a change; print what came as JSON."""
    place = {"label": "Cabin", "latitude": 46.5, "longitude": 8.0}
    async with Client(url) as client:
        tools = [tool.name for tool in await client.list_tools()]
        weather = await client.call_tool("get_current_weather", {"city": "Velmora"})
        mistake = await client.call_tool("get_current_weather", {}, raise_on_error=False)
        digests = [(await client.read_resource("inftool://world/digest"))[0].text]
        await client.call_tool("add_location", place)
        digests.append((await client.read_resource("inftool://world/digest"))[0].text)
    passed = {
        "lists tools": "get_current_weather" in tools,
        "reads a structured result": weather.structured_content["city"] == "Velmora",
        "sees the error of a tool": mistake.is_error,
        "sees its world change": digests[0] != digests[1],
    }
    print(json.dumps(passed))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
