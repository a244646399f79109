"""What a server bears: many clients at once, and clients who mean it harm."""
