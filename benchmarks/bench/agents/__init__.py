"""Agents in whatever form they exist: functions, endpoints, models, and scripted ones."""
