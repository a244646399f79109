"""Who acts: policies, samplers, and the rollouts in which they play."""
