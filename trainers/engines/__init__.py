"""Where and how a policy's weights are updated."""
