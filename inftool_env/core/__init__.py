"""The records that flow through every layer; nothing here imports anything of ours."""
