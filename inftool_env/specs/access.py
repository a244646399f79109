"""What a document may lead to beyond the folder it lies in."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the person who reads a document allows its references to reach."""

    allow_remote: bool = False
    """Fetch references to ``http`` and ``https`` addresses of the public internet."""
    folders: tuple[Path, ...] = ()
    """Files may be read here and below, besides those of the document's own folder."""

    def allows(self, path: Path) -> bool:
        """Whether a file, its path resolved, lies in one of the allowed folders."""
        return any(path.is_relative_to(folder.resolve()) for folder in self.folders)


LOCAL = Access()
"""The document's own folder, and nothing else."""
