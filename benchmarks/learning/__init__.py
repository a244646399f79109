"""What training brings, with its spread over seeds."""
