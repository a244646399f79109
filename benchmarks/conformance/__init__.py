"""Whether clients that others wrote can talk to our MCP server."""
