"""The peer of ``benchmarks.speed.environments``: verifiers' loop with the least work that its contract allows.

    python environments_verifiers.py EPISODES CALLS      (in an interpreter with verifiers 0.4)

A harness in this process asks a scripted model, in a process of its own, through verifiers' interception; tools are
plain functions. Writes ``{"cpu_s": ..., "turns": ...}``: the processor time of this process alone.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOOL = {
    "type": "function",
    "function": {
        "name": "get_balance",
        "description": "Get the balance of an account.",
        "parameters": {
            "type": "object",
            "properties": {"account_id": {"type": "string"}},
            "required": ["account_id"],
        },
    },
}
_SERVE = "--serve"


class ScriptedModel(BaseHTTPRequestHandler):
    """Calls the tool as often as it is told to, then says that it is done."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def do_POST(self) -> None:
        """Answer one request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        made = sum(message["role"] == "tool" for message in body["messages"])
        message: dict[str, Any] = {"role": "assistant", "content": "It is done."}
        if made < self.calls:
            arguments = json.dumps({"account_id": f"acc_{made}"})
            call = {
                "id": f"call_{made}",
                "type": "function",
                "function": {"name": "get_balance", "arguments": arguments},
            }
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        answer = json.dumps(
            {
                "id": "answer",
                "object": "chat.completion",
                "created": 0,
                "model": body.get("model", "scripted"),
                "choices": [
                    {
                        "index": 0,
                        "message": message,
                        "finish_reason": "tool_calls" if made < self.calls else "stop",
                    }
                ],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(calls: int) -> None:
    """Answer until the process is ended."""
    ScriptedModel.calls = calls
    server = ThreadingHTTPServer(("127.0.0.1", 0), ScriptedModel)
    print(server.server_address[1], flush=True)  # noqa: T201
    server.serve_forever()


async def play(url: str, episodes: int) -> tuple[float, int]:
    """Processor seconds and turns of the episodes, one after the other."""
    import httpx
    import verifiers.v1 as vf
    from verifiers.v1.runtimes import ProgramResult

    logging.disable(logging.WARNING)
    web = httpx.AsyncClient(timeout=60)

    class Loop(vf.Harness[vf.HarnessConfig]):  # type: ignore[misc]
        APPENDS_SYSTEM_PROMPT = True
        SUPPORTS_MCP = True
        EXECUTES_CODE = False
        NEEDS_CONTAINER = False

        async def launch(
            self,
            ctx: Any,
            _trace: Any,
            _runtime: Any,
            endpoint: str,
            secret: str,
            _mcp_urls: Any,
            data: Any,
            **_: Any,
        ) -> Any:
            messages = [{"role": "user", "content": data.prompt}]
            while True:
                answer = await web.post(
                    f"{endpoint.rstrip('/')}/chat/completions",
                    headers={"Authorization": f"Bearer {secret}"},
                    json={"model": ctx.model, "messages": messages, "tools": [TOOL]},
                )
                answer.raise_for_status()
                message = answer.json()["choices"][0]["message"]
                messages.append(message)
                calls = message.get("tool_calls") or ()
                if not calls:
                    return ProgramResult(exit_code=0, stdout="", stderr="")
                messages += [
                    {
                        "role": "tool",
                        "tool_call_id": call["id"],
                        "content": '{"balance": 12.5, "currency": "EUR"}',
                    }
                    for call in calls
                ]

    class Task(vf.Task[vf.TaskData, vf.State, vf.TaskConfig]):  # type: ignore[misc]
        @vf.reward(weight=1.0)  # type: ignore[untyped-decorator]
        async def is_done(self, trace: Any) -> float:
            return float("done" in (trace.last_reply or ""))

    client = vf.EvalClientConfig(base_url=f"{url}/v1", api_key_var="SCRIPTED_KEY")
    agent = vf.make_agent(
        vf.AgentConfig(model="scripted", client=client, runtime=vf.SubprocessConfig(), harness={"id": "null"})
    )
    agent.harness = Loop(vf.HarnessConfig(id="null"))

    async def one(number: int) -> Any:
        data = vf.TaskData(idx=number, prompt="What is my balance?", system_prompt="You are helpful.")
        return await agent.run(Task(data), tools={})

    async with agent, web:
        await one(0)
        begin = time.process_time()
        played = [await one(number) for number in range(episodes)]
        seconds = time.process_time() - begin
    failed = [trace.last_error for trace in played if not trace.ok or trace.reward != 1.0]
    if failed:
        sys.exit(f"{len(failed)} of {episodes} episodes failed: {failed[0]}")
    return seconds, sum(trace.num_turns for trace in played)


def main() -> None:
    """Play, and tell what it took."""
    episodes, calls = int(sys.argv[1]), int(sys.argv[2])
    os.environ.setdefault("SCRIPTED_KEY", "none")
    with subprocess.Popen(
        [sys.executable, "-I", __file__, _SERVE, str(calls)], stdout=subprocess.PIPE, text=True
    ) as model:
        try:
            assert model.stdout is not None, "started with a pipe"
            url = f"http://127.0.0.1:{model.stdout.readline().strip()}"
            seconds, turns = asyncio.run(play(url, episodes))
        finally:
            model.kill()
    print(json.dumps({"cpu_s": seconds, "turns": turns}))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == _SERVE:
        serve(int(sys.argv[2]))
    else:
        main()
