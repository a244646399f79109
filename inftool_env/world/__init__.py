"""The simulated server: tables of rows, and tools that read and change them."""
