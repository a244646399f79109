"""Real MCP servers as worlds: started afresh for every episode, asked what they hold, and played against."""
