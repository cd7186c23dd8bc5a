"""The official MCP client: begins a session with `zoomhook mcp`, and calls tools."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(binary):
    server = StdioServerParameters(command=binary, args=["mcp", "--allow-send"], env=dict(os.environ))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        info = await session.initialize()
        print("initialize", "ok" if info.server_info.name == "zoomhook" else info)
        print("tools", len((await session.list_tools()).tools))
        calls = {
            "status": {},
            "search_events": {"word": "meeting.started"},
            "verify_capture": {"capture": "POST / HTTP/1.1\r\n\r\n{}"},
        }
        for name, arguments in calls.items():
            result = await session.call_tool(name, arguments)
            answer = json.loads(result.content[0].text)
            print(name, "ok" if not result.is_error and "result" in answer else answer)
        refused = await session.call_tool("trigger_event", {"event": "meeting.started", "to": "https://example.com"})
        print("refused", "ok" if refused.is_error else refused)


asyncio.run(main(sys.argv[1]))
