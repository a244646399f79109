"""How policies, suites, speed and learning are measured."""
