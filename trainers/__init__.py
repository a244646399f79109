"""How a policy improves: supervised cold start, GRPO, and the closed loop."""

import agents

if not hasattr(agents, "IS_INFTOOL"):
    # Other distributions install a package called agents too; with one of them in front nothing here can work.
    raise ImportError(
        f"the package `agents` at {getattr(agents, '__file__', None)} is not InfTool's (openai-agents installs one of "
        "that name); expected the folder agents/ of an InfTool checkout. Uninstall the other distribution, or run "
        "from the checkout in an environment of its own: pip install -e '.[train]'."
    )
